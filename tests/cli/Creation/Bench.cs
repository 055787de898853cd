using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.Registries;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>An engineer at work: runs <c>handcarry</c> in this process, in a folder of its own.</summary>
internal sealed class Bench : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string this[string name] => _folder[name];

    public string Bundle => this[$"out/upgrade-{PublishedRelease.Tag}.tar"];

    /// <summary>The options that every test needs: which release, from where, to where.</summary>
    public string[] Create(string registry, params string[] more) =>
        ["create", "bundle", "--version", PublishedRelease.Version, "--arch", PublishedRelease.Tag.Split('-')[1], "--mirror", $"quay.io={registry}", "--mirrors-only", "--output", this["out"],
            .. more.Contains("--signature-store") ? Array.Empty<string>() : ["--signature-store", this["no-store"]], .. more];

    public string[] CreateLayers(string registry, params string[] more) => Create(registry, ["--store", "layers", "--insecure-registry", registry, .. more]);

    public string[] CreateLayers(RegistryProcess registry, params string[] more) => CreateLayers(registry.Authority, more);

    public async Task<int> RunAsync(IEnumerable<string> args, CancellationToken ct = default)
    {
        using StringWriter output = new(), error = new();
        var environment = new Dictionary<string, string> { ["HOME"] = this["home"] };
        var status = await new CommandLine(new Surroundings(output, TextWriter.Synchronized(error), false, environment, TimeProvider.System)).RunAsync([.. args], ct);
        (Out, Error) = (output.ToString(), error.ToString());
        return status;
    }

    public Task<int> RunAsync(params string[] args) => RunAsync(args, default);

    /// <summary>Runs a command that succeeds, with <c>-o json</c>.</summary>
    public async Task<JsonElement> JsonAsync(IEnumerable<string> args)
    {
        Assert.True(await RunAsync([.. args, "-o", "json"]) == ExitCode.Ok, Error + Out);
        return JsonDocument.Parse(Out).RootElement;
    }

    /// <summary>A bundle that was made must be sound.</summary>
    public async Task<JsonElement> VerifyAsync(params string[] more)
    {
        var verified = await JsonAsync(["verify", Bundle, .. more]);
        Assert.Equal(0, verified.GetProperty("violations").GetArrayLength());
        return verified;
    }

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => _folder.Dispose();
}
