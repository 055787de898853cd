using System.Diagnostics;
using Handcarry.Cli.Tests;
using Handcarry.Cli.Tests.Creation;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;

namespace Handcarry.E2e.Tests;

/// <summary>From the registry to the last node: what <c>handcarry create bundle</c> makes upgrades a site.</summary>
[Collection(nameof(RealSites))]
public sealed class CreatedBundleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task A_bundle_created_from_a_registry_and_signed_upgrades_a_site()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await CarryingSite.StartAsync(20_000_000, (folder, release, signer) => CreateAsync(folder, release, signer, ["--store", "layers"], patience.Token), patience.Token);
        await site.InsertAsync(patience.Token);
        await site.AssertCompletesAsync(patience.Token);
    }

    [SkippableFact]
    [Trait("Time", "Long")]
    public async Task The_agents_own_image_in_a_sealed_store_is_on_every_node_when_the_site_is_upgraded()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        using var patience = new CancellationTokenSource(Patience);
        using var made = new TempFolder();
        var agent = await MadeAgentImage.MakeAsync(made, "agent.tar", "org.opencontainers.image.version=0.2.0");
        await using var site = await CarryingSite.StartAsync(
            20_000_000, (folder, release, signer) => CreateAsync(folder, release, signer, ["--store", "sealed", "--agent-image", agent], patience.Token), patience.Token);
        await site.InsertAsync(patience.Token);
        await site.AssertCompletesAsync(patience.Token);
        foreach (var node in site.Site.Nodes)
            Assert.Single(await site.Site.Stores.ImagesAsync(node.Name), static image => image.StartsWith(AgentImage.Repositories + "0.2.0@", StringComparison.Ordinal));
    }

    private static async Task<string> CreateAsync(SiteFolder folder, MadeRelease release, ReleaseSigner signer, string[] more, CancellationToken cancellationToken)
    {
        await using var registry = await RegistryProcess.StartAsync(ct: cancellationToken);
        await ReleasePush.PushAsync(release, registry);
        string In(string name) => Path.Combine(folder.Root, name);
        var signatures = Directory.CreateDirectory(In($"signatures/sha256={release.ReleaseImage.Name.Digest.Hex}"));
        await File.WriteAllBytesAsync(Path.Combine(signatures.FullName, "signature-1"), signer.Signature, cancellationToken);
        await File.WriteAllTextAsync(In("publisher.asc"), signer.PublicKey, cancellationToken);

        await HandcarryAsync(["create", "key", In("vetted.pem")], cancellationToken);
        await HandcarryAsync(
            [
                "create", "bundle", "--version", release.Options.Version, "--arch", release.Options.Arch, .. more, "--output", In("out"),
                "--mirror", $"quay.io={registry.Authority}", "--mirrors-only", "--insecure-registry", registry.Authority,
                "--signature-store", In("signatures"), "--keyring", In("publisher.asc"), "--require-signature", "--sign-key", In("vetted.pem"),
            ],
            cancellationToken);
        var bundle = In($"out/upgrade-{ReleasePush.TagOf(release)}.tar");
        await HandcarryAsync(["verify", bundle, "--keyring", In("publisher.asc"), "--trust-key", In("vetted.pem.pub"), "--require-signature"], cancellationToken);
        return bundle;
    }

    private static async Task HandcarryAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "handcarry.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var failed = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"handcarry {string.Join(' ', arguments)}: {process.ExitCode}\n{failed}\n{await said}");
    }
}
