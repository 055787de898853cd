using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Commands;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Tests.Writing;
using Handcarry.Streams.Content;
using YamlDotNet.RepresentationModel;

namespace Handcarry.Cli.Tests.Commands;

public sealed class PreflightCommandTests : IDisposable
{
    private static readonly Finding NoSpace = new Finding("NoSpace", "Node n1 has 5 bytes free and needs 9.", "Free 4 bytes there.").About("Node", "n1");
    private static readonly Finding Unknown = new("EdgeUnknown", "The bundle does not say: \"no\".", "", Severity.Warning);
    private static readonly Finding Source = new Finding("OsImageSource", "Pool worker pulls the image.", "", Severity.Information).About("MachineConfigPool", "worker");

    private readonly TempFolder _folder = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private JudgeBundle? _asked;

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_file_is_judged_by_facts_and_not_sent()
    {
        var file = await BundleAsync();
        Assert.Equal(ExitCode.BundleRefused, await Run(Judged(NoSpace, Unknown, Source), file));
        Assert.Equal(("4.12.4", "x86_64", 1), (_asked!.Bundle!.Version, _asked.Bundle.Arch, _asked.Bundle.Images));
        Assert.Equal(BundleFacts.DigestDigits, _asked.Bundle.ImageDigests.Length);
        Assert.Contains(_asked.Bundle.ImageDigests, _asked.Bundle.Release, StringComparison.Ordinal);
        Assert.Equal(
            """
            Cluster  4.12.3, phase Upgrading, judged on n2
            Bundle   4.12.4 x86_64, sha256:cccc, this file

            REFUSAL  NoSpace  Node/n1
                     Node n1 has 5 bytes free and needs 9. Free 4 bytes there.

            WARNING  EdgeUnknown
                     The bundle does not say: "no".

            INFO     OsImageSource  MachineConfigPool/worker
                     Pool worker pulls the image.

            1 refusal, 1 warning: the site would not use it until the refusals are settled.

            """,
            _out.ToString());
    }

    [Fact]
    public async Task What_is_plugged_in_is_judged_without_a_file()
    {
        Assert.Equal(ExitCode.Ok, await Run(Judged(Source), "--medium"));
        Assert.Null(_asked!.Bundle);
        Assert.Contains("0 refusals, 0 warnings: the site would use it.", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_end_with_0_and_with_21_when_they_matter()
    {
        Assert.Equal(ExitCode.Ok, await Run(Judged(Unknown), "--medium"));
        Assert.Equal(ExitCode.Warned, await Run(Judged(Unknown), "--medium", "--strict"));
        Assert.Equal(ExitCode.Ok, await Run(Judged(Source), "--medium", "--strict"));
    }

    [Fact]
    public async Task The_digest_of_the_file_is_taken_when_the_site_needs_it()
    {
        var file = await BundleAsync();
        var first = Judged(new Finding(Reasons.FileDigestUnknown, "It has not been taken.", ""));
        Assert.Equal(ExitCode.Ok, await RunAsync(asked => asked.Bundle!.FileDigest.Length == 0 ? first : Judged(), ["preflight", file]));
        Assert.Equal(Digest.Of(await File.ReadAllBytesAsync(file)).ToString(), _asked!.Bundle!.FileDigest);
        Assert.DoesNotContain(Reasons.FileDigestUnknown, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bundle_that_fits_is_enough()
    {
        var both = Judged(NoSpace) with { Bundles = [.. Judged(NoSpace).Bundles, .. Judged().Bundles] };
        Assert.Equal(ExitCode.Ok, await Run(both, "--medium"));
    }

    [Theory]
    [InlineData("The cluster's version is not known.", "The cluster's version is not known. Ask again later.")]
    [InlineData("", "No agent reports a medium with a bundle.")]
    public async Task What_cannot_be_judged_ends_with_22(string unknown, string told)
    {
        Assert.Equal(ExitCode.NotJudged, await Run(Judged() with { Unknown = unknown, Bundles = [] }, "--medium"));
        Assert.Contains(told, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_the_same_in_json_and_yaml()
    {
        await Run(Judged(NoSpace, Unknown), "--medium", "-o", "json");
        using var json = JsonDocument.Parse(_out.ToString());
        _out.GetStringBuilder().Clear();
        await Run(Judged(NoSpace, Unknown), "--medium", "-o", "yaml");
        var yaml = new YamlStream();
        yaml.Load(new StringReader(_out.ToString()));
        AssertSame(json.RootElement, yaml.Documents[0].RootNode);
        Assert.Equal("Node/n1", json.RootElement.GetProperty("bundles")[0].GetProperty("findings")[0].GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("preflight")]
    [InlineData("preflight", "--medium", "upgrade.tar")]
    public async Task It_takes_a_bundle_or_the_media(params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(Judged(), args));
        Assert.StartsWith("preflight takes a bundle, or --medium", _error.ToString(), StringComparison.Ordinal);
        Assert.Null(_asked);
    }

    [Fact]
    public async Task A_file_that_is_no_bundle_is_told_before_anybody_is_asked()
    {
        await File.WriteAllTextAsync(_folder["upgrade.tar"], new string('x', 4096));
        Assert.Equal(ExitCode.Invalid, await Run(Judged(), _folder["upgrade.tar"]));
        Assert.Null(_asked);
    }

    private static void AssertSame(JsonElement json, YamlNode yaml)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var mapping = Assert.IsType<YamlMappingNode>(yaml);
                Assert.Equal(json.EnumerateObject().Select(m => m.Name), mapping.Children.Keys.Select(k => ((YamlScalarNode)k).Value));
                foreach (var member in json.EnumerateObject())
                    AssertSame(member.Value, mapping.Children[new YamlScalarNode(member.Name)]);
                break;
            case JsonValueKind.Array:
                Assert.Equal(json.GetArrayLength(), Assert.IsType<YamlSequenceNode>(yaml).Children.Count);
                foreach (var (item, node) in json.EnumerateArray().Zip(((YamlSequenceNode)yaml).Children))
                    AssertSame(item, node);
                break;
            default:
                Assert.Equal(json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText(), Assert.IsType<YamlScalarNode>(yaml).Value);
                break;
        }
    }

    private static Judgement Judged(params Finding[] findings) => new(
        "n2", true, "4.12.3", Phase.Upgrading, "",
        [
            new JudgedBundle("4.12.4", "x86_64", "sha256:cccc", "", "", findings)
            {
                Refusals = findings.Count(f => f.Severity == Severity.Refusal),
                Warnings = findings.Count(f => f.Severity == Severity.Warning),
            },
        ]);

    private async Task<string> BundleAsync()
    {
        await File.WriteAllBytesAsync(_folder["upgrade.tar"], await MadeBundle.BytesAsync(1000));
        return _folder["upgrade.tar"];
    }

    private Task<int> Run(Judgement answer, params string[] args) => RunAsync(answer, ["preflight", .. args]);

    private Task<int> RunAsync(Judgement answer, string[] args) => RunAsync(_ => answer, args);

    private Task<int> RunAsync(Func<JudgeBundle, Judgement> answer, string[] args)
    {
        var environment = new Dictionary<string, string> { ["HANDCARRY_CONTACT"] = "x", ["HANDCARRY_CA"] = "c", ["HANDCARRY_CERTIFICATE"] = "d", ["HANDCARRY_KEY"] = "k", ["HANDCARRY_TOKEN"] = "t" };
        return new CommandLine(
            new Surroundings(_out, _error, false, environment, TimeProvider.System),
            (_, _) => Task.FromResult<IUpgradeApi>(new StandInApi(asked => answer(_asked = asked)))).RunAsync(args, CancellationToken.None);
    }

    private sealed class StandInApi(Func<JudgeBundle, Judgement> answer) : IUpgradeApi
    {
        public Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
        {
            Assert.Equal(ClientVerb.Judge, command.Verb);
            return Task.FromResult(new ClientReply("n2") { Judgement = answer(command.Bundle!) });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
