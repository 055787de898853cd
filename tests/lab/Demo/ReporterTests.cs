using System.Text.Json;
using Handcarry.Lab.Demo;

namespace Handcarry.Lab.Tests.Demo;

public sealed class ReporterTests
{
    private static readonly Proof Proof = new(true, new Fact("run", "It runs.", ("node", "node-1"), ("output", "4.17")), "podman run 'x'");

    [Fact]
    public void For_scripts_every_fact_is_one_object_on_one_line()
    {
        var output = new StringWriter();
        var reporter = new JsonReporter(output);

        reporter.Tell(new Fact("bundle", "Made <it>.", ("size", 7L)));
        reporter.Tell(Proof);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"fact":"bundle","size":7,"text":"Made <it>."}""", lines[0]);
        var proof = JsonDocument.Parse(lines[1]).RootElement;
        Assert.True(proof.GetProperty("holds").GetBoolean());
        Assert.Equal("podman run 'x'", proof.GetProperty("command").GetString());
    }

    [Fact]
    public void For_people_a_proof_comes_with_the_command_to_repeat_it()
    {
        var output = new StringWriter();

        new LineReporter(output, TimeProvider.System).Tell(Proof);

        Assert.Equal("  ok    It runs.\n          podman run 'x'\n", output.ToString());
    }
}
