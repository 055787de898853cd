using System.Diagnostics;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Site;

public sealed class SiteFolderTests
{
    [Fact]
    public async Task A_site_of_this_process_is_not_abandoned_and_sweeping_it_leaves_nothing()
    {
        var folder = await SiteFolder.CreateAsync(CancellationToken.None);

        Assert.Equal(Environment.ProcessId, folder.OwnerProcess);
        Assert.DoesNotContain(SiteFolder.Abandoned(), other => other.Root == folder.Root);

        await SiteSweep.RunAsync(folder, delete: true);
        Assert.False(Directory.Exists(folder.Root));
    }

    [Fact]
    public async Task A_site_whose_owner_is_gone_is_found_and_cleared_away_with_its_agents()
    {
        var folder = await SiteFolder.CreateAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "owner.json"), """{"ProcessId":1,"Started":"never"}""");
        var program = Path.Combine(folder.Root, "handcarry-agent");
        File.CreateSymbolicLink(program, "/bin/sleep");
        using var agent = Process.Start(program, ["1000"]);

        Assert.Contains(SiteFolder.Abandoned(), other => other.Root == folder.Root);
        await SiteSweep.RunAsync(SiteFolder.Open(folder.Root), delete: true);

        await agent.WaitForExitAsync();
        Assert.False(Directory.Exists(folder.Root));
    }

    [Fact]
    public void Ports_that_are_found_together_differ()
    {
        var ports = FreePorts.Find(20);

        Assert.Equal(20, ports.Distinct().Count());
    }
}
