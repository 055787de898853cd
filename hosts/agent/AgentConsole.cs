using Handcarry.Actors.Site;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Login;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>Tells whoever stands before the node what is going on, above the login prompts of its consoles, and takes it away when it is over.</summary>
internal sealed class AgentConsole(SiteBoard site, LoginBanner banner, string language, TimeProvider time, ILogger<AgentConsole> log) : BackgroundService
{
    /// <summary>A prompt is drawn again at most so often.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    /// <summary>The supervisor tells something every ten seconds; a move to another node takes less than this.</summary>
    private static readonly TimeSpan AwayAfter = TimeSpan.FromSeconds(60);

    /// <summary>How long a result stays to be read.</summary>
    private static readonly TimeSpan ResultStays = TimeSpan.FromHours(1);

    // Null before anything is known: a process that was killed may have left lines.
    private string? _shown;
    private (LineKind Kind, long Since) _result;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Try("");
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Try(Line());
        }
        catch (OperationCanceledException)
        {
            // Nobody keeps the lines up to date from now on.
            Try("");
        }
    }

    private string Line()
    {
        if (site.Summary is not { } summary)
            return "";
        var kind = SiteLine.KindOf(summary);
        if (kind != _result.Kind)
            _result = (kind, time.GetTimestamp());
        if (kind == LineKind.Nothing || (kind == LineKind.Done && time.GetElapsedTime(_result.Since) > ResultStays))
            return "";
        return site.Age > AwayAfter ? SiteLine.Away(language) : SiteLine.Of(summary, language);
    }

    private void Try(string line)
    {
        if (line == _shown)
            return;
        _shown = line;
        try
        {
            if (line.Length == 0)
                banner.Clear();
            else if (!banner.Show(new IssueText(line, _result.Kind == LineKind.Trouble)))
                log.LogDebug("This host has no /etc/issue, so its login prompts tell nothing");
        }
        catch (Exception e) when (e is ArmingException or IOException or UnauthorizedAccessException)
        {
            // Tried again with the next line.
            log.LogWarning("The login prompts cannot tell \"{Line}\": {Message}", line, e.Message);
        }
    }
}
