using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Login;

/// <summary>
/// A few lines above the login prompts of a node's consoles. agetty(8) shows the files of <c>/etc/issue.d</c> behind <c>/etc/issue</c>; what is put there is a link to a
/// file below <c>/run</c>, so that the host's own files change twice in an upgrade, journaled, however often the lines do, and a reboot leaves nothing to be read.
/// Prompts that wait are drawn again when <c>/run/agetty.reload</c> is touched, which is what <c>agetty --reload</c> does.
/// </summary>
public sealed class LoginBanner
{
    private const string Link = "/etc/issue.d/60-handcarry.issue";
    private const string Text = "/run/handcarry/console.issue";
    private const string Reload = "/run/agetty.reload";

    private readonly string _root;
    private readonly HostChanges _changes;
    private bool _linked;

    /// <param name="root">The folder at which this process sees the host's root.</param>
    /// <param name="state">The folder, as this process sees it, in which is kept what was changed; its parent is there.</param>
    public LoginBanner(string root, string state) => (_root, _changes) = (root, new HostChanges(root, state));

    /// <summary>Shows the lines in place of those before.</summary>
    /// <returns>False on a host without <c>/etc/issue</c>, where agetty shows none of this.</returns>
    /// <exception cref="ArmingException">Something else is at the place of the link, or it cannot be made.</exception>
    /// <exception cref="IOException">The text cannot be written.</exception>
    public bool Show(IssueText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!File.Exists(At("/etc/issue")))
            return false;
        var file = At(Text);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file + ".new", text.ToString());
        File.Move(file + ".new", file, overwrite: true);
        if (!_linked)
        {
            _changes.Make([new HostChange.PutLink(Link, Text)], []);
            _linked = true;
        }
        DrawAgain();
        return true;
    }

    /// <summary>Takes the lines away, also those of a process that was killed.</summary>
    /// <exception cref="ArmingException">The link cannot be removed.</exception>
    /// <exception cref="IOException">The text cannot be removed.</exception>
    public void Clear()
    {
        var shown = File.Exists(At(Text)) || _changes.IsAnythingChanged;
        File.Delete(At(Text));
        _changes.Undo();
        _linked = false;
        if (shown)
            DrawAgain();
    }

    private void DrawAgain()
    {
        // An agetty that waits has made it, and is told by inotify.
        if (File.Exists(At(Reload)))
            File.SetLastWriteTimeUtc(At(Reload), DateTime.UtcNow);
    }

    private string At(string path) => HostPath.Below(_root, path);
}
