using Handcarry.Hosts.Node.Login;
using Handcarry.Hosts.Node.Tests.Arming;

namespace Handcarry.Hosts.Node.Tests.Login;

/// <summary>On a made host, read by Debian's agetty, which sees that host's /etc and /run in a mount namespace of its own.</summary>
public sealed class LoginBannerTests : IDisposable
{
    private const string State = "/var/lib/handcarry/console";

    private readonly MadeHost _host = new();

    public LoginBannerTests()
    {
        Directory.CreateDirectory(_host.At("/run"));
        Directory.CreateDirectory(_host.At("/var/lib/handcarry"));
        File.WriteAllText(_host.At("/etc/issue"), "A node\n");
    }

    public void Dispose() => _host.Dispose();

    [SkippableFact]
    public async Task The_prompt_tells_the_newest_line_and_nothing_when_it_is_over()
    {
        var banner = Banner();
        var before = HostSnapshot.Of(_host.Root, State, "/run");
        Assert.True(banner.Show(new IssueText("Reading 37 %. Do not remove the stick.", urgent: false)));
        Assert.True(banner.Show(new IssueText("Reading 38 %. Do not remove the stick.", urgent: false)));
        var prompt = await PromptAsync();
        Assert.Contains("A node", prompt, StringComparison.Ordinal);
        Assert.Contains("Reading 38 %.", prompt, StringComparison.Ordinal);
        Assert.Contains("Do not remove the stick.", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("37", prompt, StringComparison.Ordinal);

        banner.Clear();
        Assert.DoesNotContain("HANDCARRY", await PromptAsync(), StringComparison.Ordinal);
        Assert.Equal(before, HostSnapshot.Of(_host.Root, State, "/run"));
    }

    /// <summary>What comes from a bundle or a name must not reach the terminal, nor agetty, as anything but letters.</summary>
    [SkippableFact]
    public async Task What_is_told_cannot_command_the_terminal()
    {
        Banner().Show(new IssueText("4.12\\n\u001b[2J\u009b31m\r\nrm \\e{blink} \u202e" + new string('x', 5000), urgent: true));
        var prompt = await PromptAsync();
        Assert.Contains("4.12n[2J31mrm e{blink}", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("\u009b", prompt, StringComparison.Ordinal);
        Assert.InRange(prompt.Count(letter => letter == 'x'), 1, 500);
    }

    [Fact]
    public void Lines_are_broken_behind_sentences_and_before_the_eightieth_column()
    {
        var text = new IssueText("Bundle found: OpenShift 4.12.4. " + string.Join(' ', Enumerable.Repeat("word", 40)) + ".", urgent: false).ToString();
        var lines = text.Split('\n').Where(line => line.Contains("\\e{bold}", StringComparison.Ordinal)).Select(line => line.Replace("\\e{bold}", "", StringComparison.Ordinal).Replace("\\e{reset}", "", StringComparison.Ordinal)).ToList();
        Assert.Equal("  Bundle found: OpenShift 4.12.4.", lines[1]);
        Assert.All(lines.Skip(1), line => Assert.InRange(line.Length, 3, 79));
        Assert.Equal(40, string.Concat(lines).Split("word").Length - 1);
    }

    /// <summary>A process that was killed has left its lines; the next one takes them away.</summary>
    [Fact]
    public void Lines_of_a_killed_process_are_taken_away()
    {
        var before = HostSnapshot.Of(_host.Root, State, "/run");
        Banner().Show(new IssueText("Reading 37 %.", urgent: false));
        Assert.NotEqual(before, HostSnapshot.Of(_host.Root, State, "/run"));
        Banner().Clear();
        Assert.Equal(before, HostSnapshot.Of(_host.Root, State, "/run"));
        Assert.False(File.Exists(_host.At("/run/handcarry/console.issue")));
    }

    [Fact]
    public void A_waiting_prompt_is_drawn_again()
    {
        var reload = _host.At("/run/agetty.reload");
        File.WriteAllText(reload, "");
        File.SetLastWriteTimeUtc(reload, DateTime.UnixEpoch);
        Banner().Show(new IssueText("Reading 37 %.", urgent: false));
        Assert.NotEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(reload));
        File.SetLastWriteTimeUtc(reload, DateTime.UnixEpoch);
        Banner().Clear();
        Assert.NotEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(reload));
    }

    [Fact]
    public void A_host_without_issue_is_left_alone()
    {
        File.Delete(_host.At("/etc/issue"));
        var before = HostSnapshot.Of(_host.Root, State);
        Assert.False(Banner().Show(new IssueText("Reading 37 %.", urgent: false)));
        Assert.Equal(before, HostSnapshot.Of(_host.Root, State));
    }

    private async Task<string> PromptAsync()
    {
        Tool.NeedRoot();
        Tool.Need("unshare", "agetty", "script");
        // A terminal of its own, which agetty needs to show anything.
        return await Tool.RunAsync("unshare", "--mount", "sh", "-c", "mount --bind \"$0/etc\" /etc && mount --bind \"$0/run\" /run && exec script --quiet --return --command 'agetty --show-issue' /dev/null", _host.Root);
    }

    private LoginBanner Banner() => new(_host.Root, _host.At(State));
}
