using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Microsoft.Extensions.Logging;

namespace Handcarry.Cli.Tests.Clients;

/// <summary>The commands of engineer and SRE against an agent's service and the lab's API server.</summary>
public sealed class ClientCommandsTests : IAsyncLifetime
{
    private ClientSite _site = null!;

    // Of the three nodes of the picture, the agent here is that of node-1, and node-2 does not answer it.
    public async Task InitializeAsync() => _site = await ClientSite.StartAsync(Replies.Carrying);

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Hold_release_and_cancel_change_the_spec_and_say_who_did_it()
    {
        var token = _site.TokenOf("changer");
        var (exit, output, error) = await _site.RunAsync(token, "hold");
        Assert.Equal((ExitCode.Ok, "", "system:serviceaccount:ops:changer asked to hold: everything is prepared, and the upgrade is not asked for.\n"), (exit, error, output));
        Assert.True((bool)_site.Upgrade()["spec"]!["hold"]!);
        await _site.RunAsync(token, "release");
        Assert.False((bool)_site.Upgrade()["spec"]!["hold"]!);
        await _site.RunAsync(token, "cancel");
        Assert.True((bool)_site.Upgrade()["spec"]!["cancel"]!);
        await _site.RunAsync(token, "cancel", "--undo");
        Assert.False((bool)_site.Upgrade()["spec"]!["cancel"]!);
        Assert.Equal(["HoldAsked", "ReleaseAsked", "CancelAsked", "CancelAsked"], _site.Facts.Page(0, null).Facts.Select(fact => fact.Reason));
    }

    [Fact]
    public async Task Who_may_only_read_changes_nothing()
    {
        var token = _site.TokenOf("reader");
        foreach (var args in (string[][])[["hold"], ["release"], ["cancel"], ["retry", "node-1"]])
        {
            var (exit, output, error) = await _site.RunAsync(token, args);
            Assert.Equal((ExitCode.Refused, ""), (exit, output));
            Assert.StartsWith("NotAllowed: ", error, StringComparison.Ordinal);
        }
        Assert.False((bool?)_site.Upgrade()["spec"]!["hold"] ?? false);
        Assert.Equal(0, _site.Retries);
    }

    [Fact]
    public async Task Retry_reaches_the_node_and_one_that_is_not_there_is_named()
    {
        var token = _site.TokenOf("changer");
        var (exit, output, _) = await _site.RunAsync(token, "retry", "node-1", "-o", "json");
        Assert.Equal((ExitCode.Ok, 1), (exit, _site.Retries));
        using (var json = JsonDocument.Parse(output))
            Assert.Equal("node-1", json.RootElement[0].GetProperty("node").GetString());
        var (unknown, _, error) = await _site.RunAsync(token, "retry", "node-9");
        Assert.Equal(ExitCode.Usage, unknown);
        Assert.StartsWith("NodeUnknown: No agent of a node named node-9", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_those_of_all_nodes_that_answer_and_the_others_are_named()
    {
        _site.Facts.Add(true, "NoSpace", "The disk is full.");
        _site.Facts.Add(false, "Resolved", "NoSpace is over.");
        var (exit, output, error) = await _site.RunAsync(_site.TokenOf("reader"), "events");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("node-1  ! NoSpace: The disk is full.", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("node-1    Resolved: NoSpace is over.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("node-2: NodeSilent: ", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoAgent, exit);
    }

    [Fact]
    public async Task A_node_that_has_not_reported_to_the_supervisor_yet_is_named_too()
    {
        var status = Replies.Carrying.Status;
        await using var site = await ClientSite.StartAsync(Replies.Carrying with { Status = status with { Nodes = [.. status.Nodes, new NodeView("node-3", Stage.Waiting, 0, 0, false, false, "AgentSilent", "Nothing has been heard.")] } });
        var (exit, _, error) = await site.RunAsync(site.TokenOf("reader"), "events");
        Assert.Contains("node-3: NodeUnknown: ", error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Ok, exit);
    }

    [Fact]
    public async Task More_events_than_one_answer_takes_come_complete_and_in_order()
    {
        for (var i = 0; i < 450; i++)
            _site.Facts.Add(false, "StageChanged", $"{i}");
        var (_, output, _) = await _site.RunAsync(_site.TokenOf("reader"), "events", "-o", "json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"{i}"), json.RootElement.EnumerateArray().Select(fact => fact.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Events_since_a_moment_leave_out_what_was_before()
    {
        _site.Facts.Add(false, "StageChanged", "Now.");
        Assert.Contains("Now.", (await _site.RunAsync(_site.TokenOf("reader"), "events", "--since", "1h")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Now.", (await _site.RunAsync(_site.TokenOf("reader"), "events", "--since", "2999-01-01")).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await _site.RunAsync(_site.TokenOf("reader"), "events", "--since", "soon")).Exit);
    }

    [Fact]
    public async Task Logs_are_the_last_lines_of_the_nodes_agent()
    {
        var log = _site.Log.CreateLogger("Test");
        for (var i = 0; i < 5; i++)
#pragma warning disable CA1848 // A test says what it says.
            log.LogWarning("Line {Number}", i);
#pragma warning restore CA1848
        var (exit, output, error) = await _site.RunAsync(_site.TokenOf("reader"), "logs", "node-1", "-n", "2");
        Assert.Equal((ExitCode.Ok, ""), (exit, error));
        Assert.Equal(["Warning Test: Line 3", "Warning Test: Line 4"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[25..]));
    }

    [Fact]
    public async Task Nodes_and_status_come_as_yaml_too()
    {
        var (_, nodes, _) = await _site.RunAsync(_site.TokenOf("reader"), "nodes", "-o", "yaml");
        Assert.StartsWith("- node: \"node-1\"\n", nodes, StringComparison.Ordinal);
        var (_, status, _) = await _site.RunAsync(_site.TokenOf("reader"), "status", "-o", "yaml");
        Assert.Contains("clusterVersion: \"4.12.0\"\n", status, StringComparison.Ordinal);
        var (_, table, _) = await _site.RunAsync(_site.TokenOf("reader"), "nodes");
        Assert.StartsWith("NODE    STAGE", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_makes_one_archive_without_secrets_that_says_what_is_missing()
    {
        _site.Facts.Add(true, "NoSpace", "The disk is full.");
        var file = Path.Combine(_site.Folder, "case.tar.gz");
        var token = _site.TokenOf("reader");
        var (exit, output, error) = await _site.RunAsync(token, "collect", "--file", file);
        Assert.Equal((ExitCode.Ok, file + "\n"), (exit, output));
        var parts = await ReadAsync(file);
        Assert.Equal(
            ["handcarry/about.txt", "handcarry/status.json", "handcarry/events.jsonl", "handcarry/nodes/node-1/settings.txt", "handcarry/nodes/node-1/log.txt"],
            parts.Select(part => part.Name));
        Assert.Contains("missing: node-2: NodeSilent: ", parts[0].Text, StringComparison.Ordinal);
        Assert.Contains("The disk is full.", parts[2].Text, StringComparison.Ordinal);
        Assert.Contains("connection string removed", parts[3].Text, StringComparison.Ordinal);
        foreach (var secret in (string[])["hunter2", token, "PRIVATE KEY"])
            Assert.DoesNotContain(parts, part => part.Text.Contains(secret, StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(ExitCode.Disk, (await _site.RunAsync(token, "collect", "--file", file)).Exit);
    }

    private static async Task<List<(string Name, string Text)>> ReadAsync(string file)
    {
        await using var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await using var archive = new TarReader(stream);
        var parts = new List<(string, string)>();
        while (await archive.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            parts.Add((entry.Name, await text.ReadToEndAsync()));
        }
        return parts;
    }
}
