using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Site;

public sealed class AgentProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-agent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_started_killed_and_started_again_and_its_log_grows()
    {
        using var agent = Create("echo \"started with $1 $2\"; exec sleep 1000");

        agent.Start();
        var first = agent.ProcessId;
        await Poll.UntilAsync(() => File.Exists(agent.Log) && File.ReadAllText(agent.Log).Length > 0, "the agent has written to its log");
        Assert.True(agent.PeakMemory > 0);
        await agent.KillAsync();
        Assert.False(agent.IsRunning);

        agent.Start();
        Assert.NotEqual(first, agent.ProcessId);
        await Poll.UntilAsync(() => File.ReadLines(agent.Log).Count() == 2, "the second agent has written to the same log");
        await agent.StopAsync();
        Assert.False(agent.IsRunning);
        Assert.Contains($"started with --config {_folder}/handcarry.yaml", agent.LastWords(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_ends_by_itself_is_started_again_but_not_for_ever()
    {
        using var agent = Create("echo ending; exit 3");

        agent.Start();
        await agent.Died.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(5, agent.Restarts);
        Assert.Equal(6, File.ReadLines(agent.Log).Count());
    }

    [Fact]
    public async Task One_whose_configuration_cannot_be_used_is_not_started_again()
    {
        using var agent = Create("exit 2");

        agent.Start();
        await agent.Died.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, agent.Restarts);
    }

    private AgentProcess Create(string script)
    {
        var program = Path.Combine(_folder, "agent");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new AgentProcess("node-1", program, Path.Combine(_folder, "handcarry.yaml"), Path.Combine(_folder, "agent.log"));
    }
}
