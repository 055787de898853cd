using System.Security.Cryptography;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>
/// A site's own authority over its life, and what is to be done to it next. It is replaced while the site runs, by time alone:
/// <code>
///   |--- current issues, alone -----------------------|- a year before its end -|- 60 days later ------------|- its end ----|
///                                                     next is made, and trusted  next issues, as current;     previous is
///                                                     by all; issues nothing     the old one is trusted still forgotten
/// </code>
/// An agent learns of the next one within hours, and has until it issues to do so. Leaves live for a year at most, none longer than its authority.
/// </summary>
internal sealed record SiteAuthority
{
    /// <summary>How long an authority is valid.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>How long before the end of the current authority the next one is made.</summary>
    public static readonly TimeSpan NextBefore = TimeSpan.FromDays(365);

    /// <summary>How long the next one is trusted by all before it issues.</summary>
    public static readonly TimeSpan TrustedBefore = TimeSpan.FromDays(60);

    private const string CurrentName = "authority.crt", CurrentKeyName = "authority.key", NextName = "next.crt", NextKeyName = "next.key", PreviousName = "previous.crt";

    /// <summary>The one that issues, with its key, as PEM.</summary>
    public required string Current { get; init; }

    /// <inheritdoc cref="Current"/>
    public required string CurrentKey { get; init; }

    /// <summary>The one that will issue, with its key; empty while there is none.</summary>
    public string Next { get; init; } = "";

    /// <inheritdoc cref="Next"/>
    public string NextKey { get; init; } = "";

    /// <summary>Those that issue no more; empty when there is none.</summary>
    public string Previous { get; init; } = "";

    /// <summary>Whom the agents trust, as the text of <c>tls.ca</c>.</summary>
    public string Trusted => Current + Next + Previous;

    /// <summary>A new one. <paramref name="previous"/> are authorities that agents of this site may still have certificates of.</summary>
    public static SiteAuthority Create(string name, TimeProvider clock, string previous = "")
    {
        var (certificate, key) = Make(name, clock);
        return Forget(new SiteAuthority { Current = certificate, CurrentKey = key, Previous = previous }, clock.GetUtcNow());
    }

    /// <summary>Reads what <see cref="Entries"/> gave. Throws <see cref="CertificateException"/> naming <paramref name="place"/> when that is no authority.</summary>
    public static SiteAuthority Read(IReadOnlyDictionary<string, string> entries, string place)
    {
        var read = new SiteAuthority
        {
            Current = entries.GetValueOrDefault(CurrentName, ""),
            CurrentKey = entries.GetValueOrDefault(CurrentKeyName, ""),
            Next = entries.GetValueOrDefault(NextName, ""),
            NextKey = entries.GetValueOrDefault(NextKeyName, ""),
            Previous = entries.GetValueOrDefault(PreviousName, ""),
        };
        try
        {
            CertificateAuthority.FromPem(read.Current, read.CurrentKey).Dispose();
            if (read.Next.Length > 0)
                CertificateAuthority.FromPem(read.Next, read.NextKey).Dispose();
            PemFile.Certificates(read.Trusted).ForEach(certificate => certificate.Dispose());
            return read;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException(place, $"It does not hold the certificates and keys of this site's authority ({e.Message}): delete it, and the agents make a new one.", e);
        }
    }

    /// <summary>For <see cref="Read"/>: what is kept.</summary>
    public IReadOnlyDictionary<string, string> Entries() =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [CurrentName] = Current,
            [CurrentKeyName] = CurrentKey,
            [NextName] = Next,
            [NextKeyName] = NextKey,
            [PreviousName] = Previous,
        }.Where(entry => entry.Value.Length > 0).ToDictionary(StringComparer.Ordinal);

    /// <summary>This authority as it has to be at <paramref name="clock"/>'s time; equal to this one when nothing is due.</summary>
    public SiteAuthority At(string name, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var result = Forget(this, now);
        var (_, end) = PemFile.Validity(Current);
        if (end <= now)
            return Next.Length > 0 && PemFile.Validity(Next).To > now ? Promote(result, now) : Create(name, clock, result.Previous);
        if (Next.Length == 0)
            return end - now >= NextBefore ? result : Announce(result, Make(name, clock));
        // Made late, because the whole site was off: half of the time that is left is better than none.
        var made = PemFile.Validity(Next).From;
        var wait = (end - made) / 2 < TrustedBefore ? (end - made) / 2 : TrustedBefore;
        return now - made >= wait ? Promote(result, now) : result;
    }

    /// <summary>Issues by the current one.</summary>
    public CertificateAuthority Issuer(TimeProvider clock) => CertificateAuthority.FromPem(Current, CurrentKey, clock);

    private static (string Certificate, string Key) Make(string name, TimeProvider clock)
    {
        // Another name for each: a chain is then built to the right one at once.
        using var made = CertificateAuthority.Create($"{name} {clock.GetUtcNow():yyyy-MM-dd}", Validity, clock);
        return made.ToPem();
    }

    private static SiteAuthority Announce(SiteAuthority authority, (string Certificate, string Key) next) => authority with { Next = next.Certificate, NextKey = next.Key };

    private static SiteAuthority Promote(SiteAuthority authority, DateTimeOffset now) => Forget(
        authority with { Current = authority.Next, CurrentKey = authority.NextKey, Next = "", NextKey = "", Previous = authority.Current + authority.Previous }, now);

    private static SiteAuthority Forget(SiteAuthority authority, DateTimeOffset now)
    {
        var valid = PemFile.Split(authority.Previous).Where(pem => PemFile.Validity(pem).To > now);
        return authority with { Previous = string.Concat(valid) };
    }
}
