using System.Text.Json;
using Handcarry.Cli.Creation;
using Handcarry.Cli.Rendering;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>Handcarry's own agent in the bundles that it makes.</summary>
public sealed class AgentImageTests(PublishedRelease published) : IClassFixture<PublishedRelease>, IDisposable
{
    private const string Version = "org.opencontainers.image.version=0.2.0";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("layers")]
    [InlineData("sealed")]
    public async Task The_agents_image_goes_along_as_an_image_of_the_bundle_and_the_bundle_names_it(string store)
    {
        var archive = await MadeAgentImage.MakeAsync(_folder, "agent.tar", Version);
        await using var registry = await StartAsync();
        using var bench = new Bench();
        var made = await bench.JsonAsync(bench.Create(registry.Authority, "--insecure-registry", registry.Authority, "--store", store, "--agent-image", archive));

        var agent = made.GetProperty("agent");
        Assert.Equal("0.2.0", agent.GetProperty("version").GetString());
        Assert.Equal(published.Release.Images.Count + 1, made.GetProperty("images").GetInt32());
        await bench.VerifyAsync();
        using var file = PartedFile.Open([bench.Bundle]);
        var reader = await BundleReader.OpenAsync(file.OpenRead(0, file.Length), new BundleLimits(), default);
        using var whole = ImageArchive.Open(archive);
        Assert.Equal(new AgentImage("0.2.0", AgentImage.NameOf("0.2.0", whole.Manifest).ToString()), reader.Metadata.Agent);
        Assert.Equal([agent.GetProperty("image").GetString()!], reader.Metadata.Extra);
        Assert.Equal(ExitCode.Ok, await bench.RunAsync("inspect", bench.Bundle));
        Assert.Contains("0.2.0", bench.Out, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_bundle_without_an_agent_is_what_it_was_before_there_were_any_and_says_so_once()
    {
        await using var registry = await StartAsync();
        using Bench none = new(), beside = new();
        Assert.Equal(ExitCode.Ok, await none.RunAsync(none.CreateLayers(registry, "--agent-image", "none")));
        Assert.DoesNotContain("agent's own image", none.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await beside.RunAsync(beside.CreateLayers(registry)));
        Assert.Single(beside.Error.Split('\n'), static line => line.Contains("The agent's own image is left out", StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(none.Bundle), await File.ReadAllBytesAsync(beside.Bundle));
        using var metadata = JsonDocument.Parse(await Tool.RunAsync("tar", "/", "xOf", none.Bundle, "metadata.json"));
        Assert.False(metadata.RootElement.TryGetProperty("agent", out _));
    }

    [SkippableFact]
    public async Task What_is_no_agents_image_is_refused_before_a_layer_is_fetched()
    {
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        Assert.Equal(ExitCode.Usage, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--agent-image", _folder["nothing.tar"])));
        Assert.Contains("--agent-image", bench.Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--agent-image", bench.Write("text.tar", new string('x', 5000)))));
        Assert.Contains(Reasons.InvalidImage, bench.Error, StringComparison.Ordinal);

        var unnamed = await MadeAgentImage.MakeAsync(_folder, "unnamed.tar");
        Assert.NotEqual(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--agent-image", unnamed)));
        Assert.Contains("which version of the agent", bench.Error, StringComparison.Ordinal);

        var foreign = await MadeAgentImage.MakeAsync(_folder, "foreign.tar", Version, "s390x");
        Assert.NotEqual(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--agent-image", foreign)));
        Assert.Contains("is for s390x", bench.Error, StringComparison.Ordinal);

        var damaged = await MadeAgentImage.MakeAsync(_folder, "damaged.tar", Version);
        using (var archive = ImageArchive.Open(damaged))
            await SpoilAsync(damaged, archive.Read(archive.Manifest));
        Assert.NotEqual(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--agent-image", damaged)));
        Assert.Contains("is damaged", bench.Error, StringComparison.Ordinal);
        Assert.True(proxy.BytesGiven < 100_000, $"{proxy.BytesGiven} bytes of blobs were fetched.");
    }

    [SkippableFact]
    public async Task The_image_beside_the_program_is_taken_wherever_the_package_was_unpacked()
    {
        var version = typeof(AgentArchive).Assembly.GetName().Version!.ToString(3);
        var archive = await MadeAgentImage.MakeAsync(_folder, $"package/handcarry-agent-{version}-x86_64.tar", $"org.opencontainers.image.version={version}");
        Directory.CreateDirectory(_folder["package/handcarry/bin"]);
        using var said = new StringWriter();
        using var stages = StageProgress.On(new Surroundings(said, said, false, new Dictionary<string, string>(), TimeProvider.System), json: false);
        foreach (var program in (string[])["package", "package/handcarry", "package/handcarry/bin"])
        {
            using var found = AgentArchive.Open(null, _folder[program], ["amd64"], stages);
            Assert.Equal((archive, version), (found!.Path, found.Version));
        }

        Assert.Null(AgentArchive.Open(null, _folder["package"], ["arm64"], stages));
        Assert.Null(AgentArchive.Open(null, _folder["package"], ["amd64", "arm64"], stages));
        Assert.Null(AgentArchive.Open("none", _folder["package"], ["amd64"], stages));
    }

    // One byte of a blob that is in the archive once.
    private static async Task SpoilAsync(string path, byte[] blob)
    {
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf(blob) + blob.Length - 1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
    }

    private async Task<RegistryProcess> StartAsync()
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        var registry = await RegistryProcess.StartAsync();
        await published.PushAsync(registry);
        return registry;
    }
}
