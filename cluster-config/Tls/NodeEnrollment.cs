using System.Net;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>
/// Gives a node its certificate files: makes the site's authority when there is none, issues this node's certificate with it, renews both in time.
/// <code>
/// 1. The authority is read. Nothing there: one is made and created; of several agents that do so at once, one succeeds and the others read again.
/// 2. Where its next step is due (SiteAuthority) it is replaced, guarded by its version; whoever loses reads again.
/// 3. tls.ca is written when it differs, before anything is issued by an authority that it lacks.
/// 4. The node's certificate is issued and written, key first, unless the one that is there will do (LeafRule).
/// </code>
/// A step can be cut off anywhere: what is half done is seen and done again the next time.
/// </summary>
public sealed class NodeEnrollment
{
    // Each loss means that another agent got further.
    private const int Tries = 20;

    private readonly AuthorityKeeping _keeping;
    private readonly TlsOptions _files;
    private readonly string _site;
    private readonly string _place;
    private readonly string[] _names;
    private readonly TimeProvider _clock;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="keeping">Where the authority is kept.</param>
    /// <param name="files">The files to keep, and the name of that place for messages.</param>
    /// <param name="site">Goes into the authority's name.</param>
    /// <param name="names">The node's name, which also names its certificate, and its addresses.</param>
    /// <param name="clock">By what clock certificates are issued and judged.</param>
    public NodeEnrollment(AuthorityKeeping keeping, TlsOptions files, string site, IReadOnlyList<string> names, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(keeping);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        _keeping = keeping;
        _files = files;
        _site = $"Handcarry {site}";
        _place = $"Secret {files.Authority}";
        // As certificates give them back.
        _names = [.. names.Select(static name => IPAddress.TryParse(name, out var address) ? address.ToString() : name).Distinct(StringComparer.Ordinal)];
        _clock = clock;
    }

    /// <summary>
    /// Does what is due. What has changed and why, for the log; null when nothing has, and an agent that runs with these files may go on. Throws
    /// <see cref="CertificateException"/> when what is kept cannot be used or a file not be written, and whatever <see cref="AuthorityKeeping"/> throws.
    /// </summary>
    public async ValueTask<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        var authority = await AuthorityAsync(cancellationToken);
        try
        {
            var trusted = WriteTrusted(authority.Trusted);
            return WriteLeaf(authority) ?? trusted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException(_files.Certificate, $"It, {_files.Key} and {_files.Ca} are written by the agent, which cannot be done ({e.Message}): name a folder that it may write to.", e);
        }
    }

    private async ValueTask<SiteAuthority> AuthorityAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var kept = await _keeping.Read(cancellationToken);
            if (kept is null)
            {
                var made = SiteAuthority.Create(_site, _clock, string.Concat(PemFile.Split(Text(_files.Ca))));
                if (await _keeping.TryCreate(made.Entries(), cancellationToken))
                    return made;
            }
            else
            {
                var read = SiteAuthority.Read(kept.Entries, _place);
                var due = read.At(_site, _clock);
                if (due == read || await _keeping.TryReplace(kept with { Entries = due.Entries() }, cancellationToken))
                    return due;
            }

            if (tries == Tries)
                throw new CertificateException(_place, $"It was changed by somebody else {Tries} times in a row while this agent wanted to renew it: see who writes it.");
        }
    }

    /// <summary>Whether somebody is trusted now who was not before.</summary>
    private string? WriteTrusted(string trusted)
    {
        var before = Text(_files.Ca);
        if (before.TrimEnd() == trusted.TrimEnd())
            return null;
        MakeFolder(_files.Ca);
        PemFile.Write(_files.Ca, trusted);
        return PemFile.Split(trusted).Except(PemFile.Split(before)).Any() ? "this site has a new authority" : null;
    }

    private string? WriteLeaf(SiteAuthority authority)
    {
        var why = Renewal();
        if (why is null)
            return null;
        using var issuer = authority.Issuer(_clock);
        using var issued = issuer.Issue(_names[0], _names, LeafRule.Validity);
        MakeFolder(_files.Certificate);
        MakeFolder(_files.Key);
        issued.Write(_files.Certificate, _files.Key);
        return $"the node has a new certificate, because {why}";
    }

    private string? Renewal()
    {
        if (!File.Exists(_files.Certificate) || !File.Exists(_files.Key))
            return "it had none";
        try
        {
            using var certificates = NodeCertificates.Load(_files, _clock);
            return LeafRule.Renewal(certificates.Leaf, _names, _clock.GetUtcNow());
        }
        catch (CertificateException e)
        {
            return $"the old one cannot be used ({e.Message})";
        }
    }

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file) : "";

    private static void MakeFolder(string file) =>
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
