using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Tests.Processes;

public sealed class SystemProcessRunnerTests
{
    private readonly SystemProcessRunner _runner = new(TimeProvider.System);

    [Fact]
    public async Task Exit_code_output_and_errors_are_told()
    {
        var result = await RunAsync(Shell("echo out; echo first >&2; echo last >&2; exit 3"));
        Assert.Equal((3, "out\n", false, "first\nlast\n", "last"), (result.ExitCode, result.Output, result.OutputTruncated, result.ErrorTail, result.LastErrorLine));
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        string[] arguments = ["a b", "$HOME", "`id`", "x;y", "\"q\"", "'", "*", "", "new\nline", "ä"];
        var result = await RunAsync(new ProcessCommand("printf", ["%s|", .. arguments]));
        Assert.Equal(string.Concat(arguments.Select(static a => a + "|")), result.Output);
    }

    [Fact]
    public async Task The_environment_is_the_given_one_and_PATH()
    {
        var result = await RunAsync(new ProcessCommand("env", []) { Environment = new Dictionary<string, string> { ["ONE"] = "1" } });
        Assert.Equal(["ONE", "PATH"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('=')[0]).Order());
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_dropped_and_of_errors_the_end_is_kept()
    {
        var result = await RunAsync(Shell("head -c 3000000 /dev/zero | tr '\\0' a; (head -c 3000000 /dev/zero | tr '\\0' b; printf END) >&2") with { MaxOutput = 10_000, MaxErrorTail = 100 });
        Assert.True(result.OutputTruncated);
        Assert.Equal(new string('a', 10_000), result.Output);
        Assert.Equal(new string('b', 97) + "END", result.ErrorTail);
    }

    [Fact]
    public async Task Output_up_to_the_limit_is_whole()
    {
        var result = await RunAsync(Shell("head -c 100000 /dev/zero | tr '\\0' a") with { MaxOutput = 100_000 });
        Assert.False(result.OutputTruncated);
        Assert.Equal(100_000, result.Output.Length);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var missing = await Assert.ThrowsAsync<ProgramMissingException>(() => RunAsync(new ProcessCommand("/nowhere/skopeo", [])));
        Assert.Equal("/nowhere/skopeo", missing.Program);
        Assert.Contains("/nowhere/skopeo", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_may_not_be_executed_is_named() =>
        await Assert.ThrowsAsync<ProgramMissingException>(() => RunAsync(new ProcessCommand("/etc/passwd", [])));

    [Fact]
    public async Task A_program_that_reads_its_input_finds_it_empty() =>
        Assert.Equal("", (await RunAsync(new ProcessCommand("cat", []))).Output);

    [Fact]
    public async Task A_program_ended_by_a_signal_tells_which() =>
        Assert.Equal(128 + 9, (await RunAsync(Shell("kill -9 $$"))).ExitCode);

    [Fact]
    public async Task Cancelling_kills_the_program_and_all_that_it_started()
    {
        using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        var running = _runner.RunAsync(Family(folder), stop.Token).AsTask();
        var family = await FamilyAsync(folder);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Eventually.HoldsAsync(() => !family.Exists(IsAlive), "the end of the whole family");
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_killed_with_all_that_it_started()
    {
        using var folder = new TestFolder();
        var time = new ManualTime();
        var running = new SystemProcessRunner(time).RunAsync(Family(folder) with { Timeout = TimeSpan.FromSeconds(7) }, CancellationToken.None).AsTask();
        var family = await FamilyAsync(folder);
        time.Advance();
        var late = await Assert.ThrowsAsync<TimeoutException>(() => running);
        Assert.Contains("7 s", late.Message, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => !family.Exists(IsAlive), "the end of the whole family");
    }

    [Fact]
    public async Task A_child_left_behind_with_the_output_open_does_not_hold_up_the_result()
    {
        using var folder = new TestFolder();
        var result = await RunAsync(Shell($"sleep 600 & echo $! >{folder.At("pid")}; echo done"));
        Assert.Equal("done\n", result.Output);
        using var left = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(folder.At("pid"))));
        left.Kill();
    }

    private static ProcessCommand Shell(string script) => new("sh", ["-c", script]);

    private static ProcessCommand Family(TestFolder folder) =>
        Shell($"sleep 600 & echo $$ >{folder.At("a")}; echo $! >{folder.At("b")}; : >{folder.At("ready")}; wait");

    private static async Task<List<int>> FamilyAsync(TestFolder folder)
    {
        await Eventually.HoldsAsync(() => File.Exists(folder.At("ready")), "the start of the program");
        return [int.Parse(await File.ReadAllTextAsync(folder.At("a"))), int.Parse(await File.ReadAllTextAsync(folder.At("b")))];
    }

    private static bool IsAlive(int id)
    {
        try
        {
            // A killed child of a killed parent stays a zombie until the machine's first process takes notice.
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<ProcessResult> RunAsync(ProcessCommand command) => _runner.RunAsync(command, CancellationToken.None).AsTask();

    /// <summary>A clock on which every timer is due at once when it is told to go on.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<Action> _due = [];

        public void Advance()
        {
            Action[] due;
            lock (_due)
                due = [.. _due];
            foreach (var action in due)
                action();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_due)
                _due.Add(() => callback(state));
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
