using System.Text.Json;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Commands;
using Handcarry.Cli.Connection;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly Dictionary<string, string> _environment = [];
    private ConnectionSettings? _settings;

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Contacts_and_files_come_from_the_command_line()
    {
        _environment["HANDCARRY_TOKEN"] = "t";
        Assert.Equal(ExitCode.Ok, await Run("status", "--contact", "a", "--contact", "[fe80::1]:77", "--ca", "c", "--certificate", "d", "--key", "e", "--timeout", "3"));
        Assert.Equal([new Endpoint("a", 9240), new Endpoint("fe80::1", 77)], _settings!.Contacts);
        Assert.Equal(new TlsOptions { Ca = "c", Certificate = "d", Key = "e" }, _settings.Tls);
        Assert.Equal(TimeSpan.FromSeconds(3), _settings.Timeout);
    }

    [Fact]
    public async Task Contacts_and_files_come_from_the_environment_and_the_command_line_wins()
    {
        Everything();
        Assert.Equal(ExitCode.Ok, await Run("status", "--ca", "other"));
        Assert.Equal([new Endpoint("x", 1), new Endpoint("y", 9240)], _settings!.Contacts);
        Assert.Equal("other", _settings.Tls.Ca);
        Assert.Equal("k", _settings.Tls.Key);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_told_at_once_and_the_status_is_2()
    {
        Assert.Equal(2, await Run("status", "--contact", "a:b:c", "--ca", "c"));
        Assert.Equal(
            """
            "a:b:c" is not a contact: expected HOST or HOST:PORT.
            A file is missing: give --certificate FILE or set HANDCARRY_CERTIFICATE.
            A file is missing: give --key FILE or set HANDCARRY_KEY.
            Nothing says who you are: log in to the cluster (oc login), give --kubeconfig FILE, or set HANDCARRY_TOKEN.

            """,
            _error.ToString());
    }

    [Theory]
    [InlineData()]
    [InlineData("stat")]
    [InlineData("status", "-o", "xml")]
    [InlineData("status", "--timeout", "0")]
    [InlineData("status", "surplus")]
    public async Task A_command_line_that_is_not_understood_ends_with_2(params string[] args)
    {
        Everything();
        Assert.Equal(2, await Run(args));
        Assert.Contains("handcarry --help", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public async Task No_agent_ends_with_3_and_a_refusal_with_4_and_anything_else_with_1()
    {
        Everything();
        Assert.Equal(3, await Run(["status"], () => throw new CliException(ExitCode.NoAgent, "nobody")));
        Assert.Equal(4, await Run(["status"], () => throw new CliException(ExitCode.Refused, "no")));
        Assert.Equal(1, await Run(["status"], () => throw new InvalidOperationException("boom")));
        Assert.StartsWith("nobody\nno\nSomething unexpected happened", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("status", "--help")]
    [InlineData("watch", "--help")]
    [InlineData("write", "--help")]
    [InlineData("completion", "--help")]
    public async Task Help_lists_each_exit_status_and_examples(params string[] args)
    {
        Assert.Equal(0, await Run(args));
        foreach (var line in (string[])["Examples:", "handcarry ", "0    done", "1    something", "2    the command line", "3    no agent", "4    the site refuses", "13   the device", "130  interrupted"])
            Assert.Contains(line, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_all_shows_each_command_once_in_its_group()
    {
        Assert.Equal(0, await Run("--help"));
        var lines = _out.ToString().Split('\n');
        Assert.Equal(
            ["At the site:", "  status", "  watch", "  preflight", "  nodes", "  events", "  logs", "  explain", "  hold", "  release", "  cancel", "  retry", "  collect", "  login", "  logout", "On the engineer's bench:", "  create", "  sign", "  inspect", "  verify", "  write", "  receipt", "On a node:", "  arm", "  disarm", "  render", "For your shell:", "  completion"],
            lines[Array.IndexOf(lines, "At the site:")..Array.IndexOf(lines, "Examples:")].Where(line => line.Length > 0).Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? "  " + line.Split(' ')[2] : line));
    }

    [Fact]
    public async Task The_help_of_a_command_names_its_files_and_its_environment()
    {
        await Run("write", "--help");
        Assert.Contains("Files:\n  /dev/sdX", _out.ToString(), StringComparison.Ordinal);
        await Run("status", "--help");
        Assert.Contains("Environment:\n  HANDCARRY_CONTACT ", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_answer_itself()
    {
        Everything();
        Assert.Equal(0, await Run("status", "-o", "json"));
        using var json = JsonDocument.Parse(_out.ToString());
        Assert.Equal("Carrying", json.RootElement.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("reports").GetArrayLength());
    }

    [Fact]
    public async Task On_a_terminal_the_same_facts_are_drawn_as_a_table()
    {
        Everything();
        Assert.Equal(0, await Run(["status"], () => Replies.Carrying, terminal: true));
        foreach (var word in (string[])["Carrying", "4.12.0 -> 4.13.0 (x86_64)", "node-1", "Receiving", "151/190"])
            Assert.Contains(word, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_writes_a_line_for_each_change_waits_out_silence_and_ends_with_0_when_interrupted()
    {
        Everything();
        using var interrupt = new CancellationTokenSource();
        var replies = new Queue<Func<StatusReply>>(
        [
            () => Replies.Idle,
            () => Replies.Idle,
            () => throw new CliException(ExitCode.NoAgent, "nobody"),
            () => Replies.Carrying,
        ]);
        var exit = await Run(
            ["watch"],
            () =>
            {
                if (replies.TryDequeue(out var next))
                    return next();
                interrupt.Cancel();
                throw new OperationCanceledException(interrupt.Token);
            },
            cancellationToken: interrupt.Token);

        Assert.Equal(0, exit);
        var lines = _out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[9..]).ToArray();
        Assert.Equal(["Phase: Idle", "Version: 4.12.0", "Supervisor: node-1", "Phase: Carrying"], lines[..4]);
        Assert.Equal(3 + 4 + 3, lines.Length);
        Assert.Equal("No agent answers at the moment; still trying.\n", _error.ToString());
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Watch_as_json_or_yaml_is_one_status_after_the_other(string form)
    {
        Everything();
        using var interrupt = new CancellationTokenSource();
        var answers = 0;
        var exit = await Run(
            ["watch", "-o", form],
            () =>
            {
                if (++answers == 3)
                    interrupt.Cancel();
                interrupt.Token.ThrowIfCancellationRequested();
                return Replies.Carrying;
            },
            cancellationToken: interrupt.Token);
        Assert.Equal(0, exit);
        var documents = form == "json" ? _out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) : _out.ToString().Split("---\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, documents.Length);
        Assert.All(documents, document => Assert.Contains("4.13.0", document, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_on_a_terminal_draws_speed_time_left_and_last_event_in_place()
    {
        Everything();
        using var interrupt = new CancellationTokenSource();
        var answers = 0;
        var exit = await Run(
            ["watch"],
            () =>
            {
                if (++answers == 8)
                    interrupt.Cancel();
                interrupt.Token.ThrowIfCancellationRequested();
                return Replies.Carrying;
            },
            terminal: true,
            cancellationToken: interrupt.Token);
        Assert.Equal(0, exit);
        foreach (var word in (string[])["Receiving", "SPEED", "LEFT", "LAST EVENT", "NoSpace"])
            Assert.Contains(word, _out.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Run(params string[] args) => Run(args, () => Replies.Carrying);

    private Task<int> Run(string[] args, Func<StatusReply> answer, bool terminal = false, CancellationToken cancellationToken = default)
    {
        var surroundings = new Surroundings(_out, _error, terminal, _environment, new HastyClock());
        return new CommandLine(surroundings, (settings, _) =>
        {
            _settings = settings;
            return Task.FromResult<IUpgradeApi>(new StandInApi(answer));
        }).RunAsync(args, cancellationToken);
    }

    private void Everything()
    {
        _environment["HANDCARRY_CONTACT"] = "x:1, y";
        _environment["HANDCARRY_CA"] = "c";
        _environment["HANDCARRY_CERTIFICATE"] = "d";
        _environment["HANDCARRY_KEY"] = "k";
        _environment["HANDCARRY_TOKEN"] = "t";
    }

    private sealed class StandInApi(Func<StatusReply> answer) : IUpgradeApi
    {
        public Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(new ClientReply("node-1") { Status = answer() });
            }
            catch (Exception e)
            {
                return Task.FromException<ClientReply>(e);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A second of it lasts a millisecond.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalSeconds));
    }
}
