using System.Text.Json;

namespace Handcarry.Deploy.Tests;

/// <summary>The agent's image, run by podman with what the DaemonSet gives its pods.</summary>
public sealed class ImageTests(AgentImage image) : IClassFixture<AgentImage>
{
    [SkippableFact]
    public async Task The_image_is_the_program_and_links_into_the_host()
    {
        Need();
        using var told = JsonDocument.Parse(await image.RunAsync("image", "inspect", AgentImage.Name));
        var config = told.RootElement[0].GetProperty("Config");
        Assert.Equal(["/bin/sh", "/handcarry/enter"], config.GetProperty("Entrypoint").EnumerateArray().Select(item => item.GetString()));
        Assert.Single(told.RootElement[0].GetProperty("RootFS").GetProperty("Layers").EnumerateArray());

        // What the DaemonSet calls is what the image calls by itself.
        Assert.Equal(
            Deployment.Agents.Containers.Single().Texts("command"),
            config.GetProperty("Entrypoint").EnumerateArray().Concat(config.GetProperty("Cmd").EnumerateArray()).Select(item => item.GetString()));
    }

    [SkippableFact]
    public async Task Both_programs_run_in_the_tree_of_the_host()
    {
        Need();
        Assert.Contains("Usage: handcarry-agent", await image.RunAsync(AgentImage.Start("handcarry-agent", "--help")), StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        try
        {
            var (_, said) = await image.TryAsync(AgentImage.Start("handcarry", "inspect", file));
            // It found the file of the host, which is empty.
            Assert.Contains("ends at byte 0", said, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task What_the_agent_says_of_its_configuration_ends_the_container_with_its_exit_code()
    {
        Need();
        var (exit, said) = await image.TryAsync(AgentImage.Start("handcarry-agent", "--node.name=node-1"));
        Assert.Equal((2, true), (exit, said.Contains("remoting.host", StringComparison.Ordinal)));
        Assert.Contains("name the program", (await image.TryAsync("run", "--rm", "--entrypoint", "[\"/bin/sh\",\"/handcarry/enter\"]", "--volume", "/:/host:rslave", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--net=none", AgentImage.Name)).Said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_agent_in_its_container_joins_one_outside_and_nothing_that_it_mounts_is_seen_there()
    {
        Need();
        const string container = "handcarry-node-1";
        await using var site = await FreshSite.StartAsync(nodes: 2);
        site.UseProgram(0, image.Launcher(container));
        site.Start(0, 1);
        await Until.TrueAsync(() => site.IsUp(0) && site.IsUp(1), site.Said);
        Assert.True(await site.TalkAsync(1, 0) && await site.TalkAsync(0, 1));

        const string program = "/run/handcarry/pod/program";
        Assert.DoesNotContain(program, await File.ReadAllTextAsync("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(program));
        // A second program in the same container finds what the first has bound.
        Assert.Contains("Usage: handcarry-agent", await image.RunAsync("exec", container, "/bin/sh", "/handcarry/enter", "handcarry-agent", "--help"), StringComparison.Ordinal);
        Assert.Equal(1, (await image.RunAsync("exec", container, "/bin/sh", "-c", "cat /proc/self/mountinfo")).Split('\n').Count(line => line.Contains(program, StringComparison.Ordinal)));

        // SIGTERM reaches the agent itself, which leaves in good order.
        await image.RunAsync("stop", "--time", "60", container);
        await Until.TrueAsync(() => !File.Exists(Path.Combine(site.Root(0), "run/handcarry/agent.running")), site.Said);
    }

    private void Need() => Skip.If(image.Lacking is not null, image.Lacking);
}
