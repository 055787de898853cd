using System.Net;
using System.Text.RegularExpressions;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Agent.Web.Page;

namespace Handcarry.Agent.Web.Tests;

public sealed partial class PageTests : IAsyncLifetime
{
    private ShownSite _site = null!;

    public async Task InitializeAsync() => _site = await ShownSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task The_first_view_says_everything_without_a_script()
    {
        _site.Show(ShownSite.Carrying(3));
        var page = await _site.Http.GetStringAsync("/");
        Assert.Contains("Bundle found: OpenShift 4.12.4. Reading 37 %. About 6 minutes left. Do not remove the stick.", page, StringComparison.Ordinal);
        Assert.Contains("<dd>4.12.0 <span aria-hidden=\"true\">→</span><span class=\"unseen\"> to </span> 4.12.4</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><th scope=\"row\"><bdi>n2</bdi></th><td><span class=\"stage Receiving\">Receiving</span></td>", page, StringComparison.Ordinal);
        Assert.Contains("4.3 GB <small>36 %</small></td><td><bdi>n1</bdi> <small>33.0 MB/s</small>", page, StringComparison.Ordinal);
        Assert.Contains("<b><bdi>Kingston DataTraveler</bdi></b> in <bdi>n1</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("reads 34.0 MB/s", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_node_is_beside_it_with_what_to_do()
    {
        var site = ShownSite.Carrying(3);
        _site.Show(site with { Reports = [.. site.Reports.Take(2), site.Reports[2] with { Reason = "NoSpace", Message = "n3 lacks 3 GB below /var/lib/handcarry; free some." }] });
        Assert.Contains("<code>NoSpace</code> <bdi>n3 lacks 3 GB below /var/lib/handcarry; free some.</bdi>", await _site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_a_site_calls_itself_becomes_markup()
    {
        const string Hostile = "<script>alert('1')</script>\"\n\ndata: x &amp;";
        var site = ShownSite.Carrying(3, name: Hostile);
        var medium = new MediumReport(Hostile, Hostile, new BundleFacts("c", 1, Hostile, Hostile, Hostile, 1, 1, 1), Hostile, Hostile);
        var report = site.Reports[0] with
        {
            Reason = Hostile, Message = Hostile, Media = [medium], Complaints = [new HolderComplaint(Hostile, 1, 1, Hostile, Hostile)],
            Yield = new YieldReport(1, Hostile), Link = new LinkReport(Hostile, 1, true),
        };
        _site.Show(site with
        {
            Supervisor = Hostile, Acting = false, ClusterVersion = Hostile, Reports = [report, .. site.Reports.Skip(1)],
            Status = site.Status with { Message = Hostile, Reason = Hostile },
            Summary = site.Summary! with { Supervisor = Hostile, ClusterVersion = Hostile, BundleVersion = Hostile, Message = Hostile, Reason = Hostile },
        });
        var page = await _site.Http.GetStringAsync("/");
        Assert.Equal($"<script src=\"{PageFile.Script.Path}\" defer></script>", Assert.Single(Scripts().Matches(page)).Value);
        Assert.DoesNotContain("alert('1')", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#x27;1&#x27;)", page, StringComparison.Ordinal);
        foreach (var part in PageSections.Of(new SiteView(Hostile, await _site.Board.ReadAsync(default), null, [new SiteEvent(DateTimeOffset.UnixEpoch, Hostile, Hostile, Hostile)])))
        {
            var markup = part.Value.ToString();
            Assert.DoesNotContain("<script", markup, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain('\n', markup);
            Assert.DoesNotContain('\r', markup);
        }
    }

    [Fact]
    public async Task The_page_may_load_and_run_only_its_own_files()
    {
        _site.Show(ShownSite.Carrying(3));
        using var answer = await _site.Http.GetAsync("/");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
        Assert.All(Addresses().Matches(page).Select(static match => match.Groups[1].Value), static address => Assert.Matches("^(/page/|#|data:,$)", address));
    }

    [Fact]
    public async Task The_files_are_kept_by_browsers_and_known_again_by_their_content()
    {
        using var first = await _site.Http.GetAsync(PageFile.Style.Path);
        Assert.Equal("text/css", first.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, PageFile.Style.Path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _site.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        using var head = await _site.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task A_page_says_so_when_no_supervisor_has_been_heard_or_it_is_silent()
    {
        Assert.Contains("No supervisor has answered this agent yet.", await _site.Http.GetStringAsync("/"), StringComparison.Ordinal);
        _site.Show(ShownSite.At(Phase.Held, "Held."));
        await Until.TrueAsync(async () => (await _site.Http.GetStringAsync("/")).Contains("is ready and waits for the administrator. You can remove the stick now.", StringComparison.Ordinal));
        _site.Silence();
        await Until.TrueAsync(async () => (await _site.Http.GetStringAsync("/")).Contains("The supervisor does not answer. What is shown is from ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_has_another_bundle_is_not_said_to_have_bytes_of_this_one()
    {
        var site = ShownSite.Carrying(2);
        _site.Show(site with { Reports = [site.Reports[0], site.Reports[1] with { Commitment = "sha256:other", Stage = Stage.Ready }] });
        Assert.Contains("<span class=\"stage Ready\">Ready</span></td><td><span class=\"nothing\">none</span>", await _site.Http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [GeneratedRegex("<script[^>]*>[^<]*</script>", RegexOptions.IgnoreCase)]
    private static partial Regex Scripts();

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Addresses();
}
