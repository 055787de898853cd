using Handcarry.E2e.Tests.Loading;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>What asks a registry whatever is in local storage finds the node's own, also when there is nobody else.</summary>
[Collection(nameof(RealSites))]
public sealed class LoopbackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task An_agent_that_starts_alone_after_a_kill_serves_the_images_it_holds_to_skopeo_and_podman()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        var free = new Queue<int>(FreePorts.Find(3));
        var ports = new Dictionary<string, int>();
        var options = new SiteOptions
        {
            Prepare = async (node, token) =>
            {
                ports[node.Name] = free.Dequeue();
                await node.ListenOnLoopbackAsync(ports[node.Name], token);
            },
        };
        await using var site = await CarryingSite.StartAsync(20_000_000, patience.Token, options);
        await site.InsertAsync(patience.Token);
        await site.AssertCompletesAsync(patience.Token);
        foreach (var node in site.Site.Nodes)
            await node.Agent.KillAsync();

        // One of three: no supervisor, no cluster, no plan.
        site.Source.Agent.Start();

        var mirror = $"127.0.0.1:{ports[site.Source.Name]}";
        foreach (var image in site.Release.Images)
        {
            var name = $"{mirror}/{image.Name.Repository}@{image.Name.Digest}";
            while (await TryAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{name}") != 0)
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
        var first = site.Release.Images[0].Name;
        var storage = Path.Combine(site.Site.Folder.Root, "podman");
        Assert.Equal(0, await TryAsync("podman", "--root", storage, "--runroot", storage + "-run", "pull", "--quiet", "--tls-verify=false", $"{mirror}/{first.Repository}@{first.Digest}"));
    }

    private static async Task<int> TryAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
