using System.Text.Json;
using Handcarry.Cli.Rendering;
using Handcarry.Twins;
using Spectre.Console;

namespace Handcarry.Cli.Tests.Rendering;

public sealed class StageProgressTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly ManualTime _clock = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Without_a_terminal_a_stage_is_one_line_every_ten_seconds_and_one_at_its_end()
    {
        using (var stages = new StageProgress(new StageLines(_output), _clock))
        {
            using var stage = stages.Begin("Writing", 100 * MiB);
            for (var second = 0; second < 25; second++)
            {
                stage.Report(4 * MiB);
                Seconds(1);
            }
            stages.Note("All of it is there.");
            stage.Complete();
        }
        Assert.Equal(
            """
            Writing: 40.0 MiB of 100 MiB (40%), 4.00 MiB/s, 15 s left
            Writing: 80.0 MiB of 100 MiB (80%), 4.00 MiB/s, 5 s left
            All of it is there.
            Writing: 100 MiB, 4.00 MiB/s, done in 25 s

            """,
            _output.ToString());
    }

    [Fact]
    public void With_json_a_stage_is_one_object_a_second_and_one_at_its_end()
    {
        using (var stages = new StageProgress(new StageJson(_output), _clock))
        {
            using var stage = stages.Begin("Writing", 4000);
            Seconds(0.5);
            stage.Report(1000);
            Seconds(0.5);
            stage.Report(1000);
            stages.Note("Half of it.");
            Seconds(1);
            using var other = stages.Begin("Reading", null);
        }
        Assert.Equal(
            """
            {"stage":"Writing","state":"Running","bytes":1000,"total":4000,"bytesPerSecond":1000,"secondsLeft":3}
            {"note":"Half of it."}
            {"stage":"Writing","state":"Running","bytes":2000,"total":4000,"bytesPerSecond":1000,"secondsLeft":2}
            {"stage":"Reading","state":"Stopped","bytes":0,"total":null,"bytesPerSecond":null,"secondsLeft":null}
            {"stage":"Writing","state":"Stopped","bytes":2000,"total":4000,"bytesPerSecond":1000,"secondsLeft":null}

            """,
            _output.ToString());
        Assert.All(_output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void On_a_terminal_open_stages_redraw_in_place_below_what_has_ended()
    {
        using (var stages = new StageProgress(new LiveStages(Wide()), _clock))
        {
            using var first = stages.Begin("First", 10);
            using var second = stages.Begin("Second", null);
            first.Report(10);
            first.Complete();
            stages.Note("Half-way.");
            second.Complete();
        }
        Assert.Equal(["First: 10 B, done in 0 s", "Half-way.", "Second: 0 B, done in 0 s"], Screen(_output.ToString()));
    }

    [Fact]
    public void A_line_never_wraps_on_a_terminal()
    {
        using var stages = new StageProgress(new LiveStages(Wide()), _clock);
        using var stage = stages.Begin(new string('x', 200), 10);
        Assert.Equal([new string('x', 58) + "…"], Screen(_output.ToString()));
    }

    [Fact]
    public void The_speed_is_smoothed_and_a_stall_shows_as_a_longer_time_left()
    {
        var speed = new StageSpeed();
        Assert.Null(speed.BytesPerSecond);
        speed.Sample(1000, TimeSpan.FromSeconds(1));
        Assert.Equal(1000, speed.BytesPerSecond);
        speed.Sample(1000, TimeSpan.FromSeconds(4));
        Assert.Equal(500 / 4.5, speed.BytesPerSecond!.Value, precision: 9);
        speed.Sample(1000, TimeSpan.FromSeconds(60));
        Assert.InRange(speed.BytesPerSecond.Value, 0, 1);
        Assert.Null(new StageView("x", StageState.Running, 1000, 2000, speed.BytesPerSecond, TimeSpan.Zero).SecondsLeft);
    }

    [Fact]
    public void A_first_sample_of_a_moment_weighs_no_more_than_its_moment()
    {
        var speed = new StageSpeed();
        speed.Sample(10, TimeSpan.FromSeconds(0.1));
        speed.Sample(1010, TimeSpan.FromSeconds(1));
        Assert.InRange(speed.BytesPerSecond!.Value, 920, 940);
    }

    [Fact]
    public void Workers_may_share_a_stage()
    {
        using (var stages = new StageProgress(new StageJson(_output), _clock))
        {
            using var stage = stages.Begin("Pulling", 4000);
            Parallel.For(0, 4000, _ => stage.Report(1));
            stage.Complete();
        }
        Assert.Contains("\"state\":\"Done\",\"bytes\":4000", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, "0 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(3599, "59 min 59 s")]
    [InlineData(7265, "2 h 01 min")]
    public void Durations_have_two_units_at_most(double seconds, string text) => Assert.Equal(text, StageText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Hundred_percent_is_said_only_of_everything() =>
        Assert.Contains("(99%)", StageText.Of(new StageView("x", StageState.Running, 9999, 10000, null, TimeSpan.Zero)), StringComparison.Ordinal);

    private void Seconds(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private IAnsiConsole Wide()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 60;
        return console;
    }

    /// <summary>What a terminal shows that knows only the two sequences in use.</summary>
    private static string[] Screen(string output)
    {
        var lines = new List<string>();
        for (var rest = output; rest.Length > 0;)
        {
            if (rest.StartsWith('\e'))
            {
                var end = rest.IndexOf("A\e[J", StringComparison.Ordinal);
                var up = int.Parse(rest[2..end]);
                lines.RemoveRange(lines.Count - up, up);
                rest = rest[(end + 4)..];
                continue;
            }
            var line = rest.IndexOf('\n');
            lines.Add(rest[..line]);
            rest = rest[(line + 1)..];
        }
        return [.. lines];
    }
}
