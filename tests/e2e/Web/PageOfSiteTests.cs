using Handcarry.Agent.Web.Tests.Browser;

namespace Handcarry.E2e.Tests.Web;

/// <summary>The page of real agents in Debian's Chromium, while their site is upgraded.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class PageOfSiteTests
{
    private const string Line = "document.getElementById('line').textContent";
    private const string Stages = "[...document.querySelectorAll('#nodes tbody tr')].map(row => row.children[0].textContent + ' ' + row.children[1].textContent).join()";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task Every_agents_page_follows_the_upgrade_and_tells_when_its_agent_is_gone()
    {
        Machine.HasWhatASiteNeeds();
        Skip.If(Chromium.Path is null, "chromium is not installed; ./run e2e page installs it.");
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await CarryingSite.StartAsync(60_000_000, patience.Token);
        await using var browser = await Chromium.StartAsync(patience.Token);
        var other = site.Site.Nodes.Single(node => node != site.Supervisor && node != site.Source);
        using var tab = await Tab.OpenAsync(browser);
        await tab.LookAsync(1280, 800, dark: false);
        await tab.GoAsync(other.Page);
        await tab.UntilAsync("document.querySelectorAll('#nodes tbody tr').length === 3");

        await site.InsertAsync(patience.Token);
        await tab.UntilAsync("/Judging|Carrying/.test(document.getElementById('events')?.textContent)");
        await tab.UntilAsync($"{Line}.startsWith('Upgraded to OpenShift ')", Patience);
        await tab.UntilAsync("document.getElementById('events').textContent.includes('Completed')");
        Assert.Empty(tab.Complaints);
        await tab.PhotographAsync(Path.Combine(RepositoryRoot(), "out", "page", "site.png"));

        var stages = (await tab.AskAsync(Stages))!.GetValue<string>();
        foreach (var node in site.Site.Nodes)
        {
            await tab.GoAsync(node.Page);
            await tab.UntilAsync($"location.port === '{node.Page.Port}' && document.getElementById('live')?.textContent === 'Live.' && {Stages} === '{stages}'");
        }

        await tab.GoAsync(other.Page);
        await tab.UntilAsync($"location.port === '{other.Page.Port}' && document.getElementById('live')?.textContent === 'Live.'");
        await other.Agent.KillAsync();
        await tab.UntilAsync("document.getElementById('lost').textContent.startsWith('Not connected to this agent since ')");
        other.Agent.Start();
        await tab.UntilAsync("document.getElementById('live').textContent === 'Live.' && document.getElementById('lost').textContent === ''");
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Actors.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
