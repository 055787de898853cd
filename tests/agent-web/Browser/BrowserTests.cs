using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Tests.Browser;

/// <summary>The page in Debian's Chromium. Pictures of it are left in out/page, to be looked at.</summary>
[Trait("Time", "Long")]
public sealed class BrowserTests : IAsyncLifetime
{
    private const string Line = "document.getElementById('line').textContent";

    private ShownSite _site = null!;
    private Chromium? _browser;

    public async Task InitializeAsync()
    {
        _site = await ShownSite.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _browser = Chromium.Path is null ? null : await Chromium.StartAsync(limit.Token);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_changes_at_the_site_changes_on_the_page_by_itself()
    {
        _site.Show(ShownSite.Carrying(5));
        using var tab = await OpenAsync();
        await tab.UntilAsync($"{Line}.includes('Reading 37 %')");
        _site.Show(ShownSite.Carrying(5, 60));
        await tab.UntilAsync($"{Line}.includes('Reading 60 %')");
        _site.Show(ShownSite.At(Phase.Completed, "Upgraded to 4.12.4."));
        await tab.UntilAsync($"{Line} === 'Upgraded to OpenShift 4.12.4.' && document.getElementById('said').textContent === {Line} && document.title.startsWith({Line})");
        Assert.Empty(tab.Complaints);
    }

    [SkippableFact]
    public async Task A_page_whose_agent_has_died_says_so_and_goes_on_when_it_is_back()
    {
        _site.Show(ShownSite.Carrying(3));
        using var tab = await OpenAsync();
        var address = _site.Address;
        await _site.DisposeAsync();
        await tab.UntilAsync("document.getElementById('lost').textContent.startsWith('Not connected to this agent since ') && document.body.classList.contains('stale')");
        await tab.PhotographAsync(Picture("lost"));
        _site = await ShownSite.StartAsync(address.Port);
        _site.Show(ShownSite.Carrying(3, 80));
        await tab.UntilAsync($"{Line}.includes('Reading 80 %') && document.getElementById('lost').textContent === ''");
    }

    [SkippableTheory]
    [InlineData("light", 1280, false)]
    [InlineData("dark", 1280, true)]
    [InlineData("phone", 320, false)]
    [InlineData("phone-dark", 320, true)]
    public async Task It_can_be_read_in_light_and_in_the_dark_and_on_a_narrow_telephone(string name, int width, bool dark)
    {
        _site.Show(Troubled());
        using var tab = await OpenAsync(width, dark);
        Assert.Equal(width, await NumberAsync(tab, "document.documentElement.scrollWidth"));
        Assert.InRange(await NumberAsync(tab, Contrast.LeastOnPage), 4.5, 21);
        await tab.PhotographAsync(Picture(name));
        Assert.Empty(tab.Complaints);
    }

    [SkippableFact]
    public async Task The_keyboard_gets_to_all_that_can_be_used_in_the_order_of_the_page()
    {
        _site.Show(Troubled());
        using var tab = await OpenAsync();
        var order = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            await tab.PressAsync("Tab", 9);
            order.Add((await tab.AskAsync("document.activeElement.id || document.activeElement.className"))!.GetValue<string>());
        }
        Assert.Equal(["skip", "chain", "nodes"], order);
        _site.Show(ShownSite.Carrying(5, 61));
        await tab.UntilAsync($"{Line}.includes('Reading 61 %')");
        Assert.Equal("nodes", (await tab.AskAsync("document.activeElement.id"))!.GetValue<string>());
    }

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(320)]
    public async Task A_screen_reader_finds_landmarks_headings_a_table_and_names(int width)
    {
        _site.Show(Troubled());
        using var tab = await OpenAsync(width);
        var heard = await tab.HearAsync();
        foreach (var role in (string[])["banner", "main", "status", "table"])
            Assert.Contains(heard, node => node.Role == role);
        Assert.Equal(["Handcarry", "At a glance", "Chain", "Nodes", "Media", "Events"], heard.Where(static node => node.Role == "heading").Select(static node => node.Name));
        Assert.Equal(["n1", "n2", "n3", "n4", "n5"], heard.Where(static node => node.Role == "rowheader").Select(static node => node.Name));
        Assert.Equal(5, heard.Count(static node => node.Role == "columnheader"));
        Assert.Contains(heard, static node => node.Role is "image" or "img" && node.Name.StartsWith("A medium is read in n1. 4 nodes draw", StringComparison.Ordinal));
        Assert.All(heard.Where(static node => node.Role is "image" or "img" or "link" or "progressbar" or "ProgressIndicator" or "region" or "group"), static node => Assert.NotEqual("", node.Name));
    }

    [SkippableFact]
    public async Task Five_hundred_nodes_are_shown_and_the_page_still_answers()
    {
        _site.Show(ShownSite.Carrying(500, holder: static i => (i - 1) / 2));
        using var tab = await OpenAsync();
        await tab.UntilAsync("document.querySelectorAll('#nodes tbody tr').length === 500");
        for (var percent = 50; percent < 53; percent++)
        {
            _site.Show(ShownSite.Carrying(500, percent, static i => (i - 1) / 2));
            await tab.UntilAsync($"{Line}.includes('Reading {percent} %')");
            await tab.PressAsync("Tab", 9);
        }
        await tab.LookAsync(1280, 2800, false);
        await tab.AskAsync("scrollTo(0, 0)");
        await tab.PhotographAsync(Picture("many"), whole: false);
        Assert.Empty(tab.Complaints);
    }

    [SkippableFact]
    public async Task Names_that_are_markup_run_nothing()
    {
        const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        var site = ShownSite.Carrying(3, name: Hostile);
        _site.Show(site);
        using var tab = await OpenAsync();
        _site.Show(ShownSite.Carrying(3, 61, name: Hostile));
        await tab.UntilAsync($"{Line}.includes('Reading 61 %')");
        Assert.Equal(Hostile, (await tab.AskAsync("[...document.querySelectorAll('#nodes tbody th')].map(e => e.textContent).find(t => t.startsWith('<'))"))!.GetValue<string>());
        Assert.Equal(0, await NumberAsync(tab, "document.querySelectorAll('img').length"));
        Assert.DoesNotContain("taken", (await tab.AskAsync("document.title"))!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(tab.Complaints);
    }

    private static StatusReply Troubled()
    {
        var site = ShownSite.Carrying(5, holder: static i => i switch { 1 or 2 => 0, 3 => 1, _ => 3 });
        var reports = site.Reports.ToList();
        reports[2] = reports[2] with { Reason = "NoSpace", Message = "n3 lacks 3.1 GB below /var/lib/handcarry; make room there and it goes on by itself." };
        reports[3] = reports[3] with { Yield = new YieldReport(8_000_000, "I/O pressure 45 %") };
        reports[4] = reports[4] with { Stage = Actors.Node.Stage.Loading, BytesHeld = 12_000_000_000 };
        return site with { Reports = reports };
    }

    private static string Picture(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Actors.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "out", "page", name + ".png");
    }

    private static async Task<double> NumberAsync(Tab tab, string expression) => double.Parse((await tab.AskAsync(expression))!.ToString(), CultureInfo.InvariantCulture);

    private async Task<Tab> OpenAsync(int width = 1280, bool dark = false)
    {
        Skip.If(_browser is null, "chromium is not installed; ./run e2e page installs it.");
        var tab = await Tab.OpenAsync(_browser);
        await tab.LookAsync(width, 800, dark);
        await tab.GoAsync(_site.Address);
        await tab.UntilAsync("document.getElementById('live')?.textContent === 'Live.'");
        return tab;
    }
}
