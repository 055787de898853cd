using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>When an agent needs another certificate.</summary>
internal static class LeafRule
{
    /// <summary>How long a certificate of an agent is valid.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    /// <summary>
    /// Why another one is to be issued at <paramref name="now"/>, null when this one will do: it stands for other names, or two thirds of its life are over, and up to
    /// a sixth more that differs between nodes, so that their agents do not all start anew on one day.
    /// </summary>
    public static string? Renewal(X509Certificate2 leaf, IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        if (!names.All(name => Names(leaf).Contains(name, StringComparer.OrdinalIgnoreCase)))
            return $"it does not stand for all of {string.Join(", ", names)}";
        return now >= RenewAt(leaf) ? $"it ends at {leaf.NotAfter.ToUniversalTime():u}" : null;
    }

    /// <summary>The time from which on it is renewed.</summary>
    public static DateTimeOffset RenewAt(X509Certificate2 leaf)
    {
        var (from, to) = (leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());
        // The serial number is random.
        var spread = leaf.SerialNumberBytes.Span[^1] / 256d;
        return new DateTimeOffset(from) + ((to - from) * ((2 / 3d) + (spread / 6)));
    }

    private static HashSet<string> Names(X509Certificate2 leaf)
    {
        var found = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        try
        {
            return found is null ? [] : [.. found.EnumerateDnsNames(), .. found.EnumerateIPAddresses().Select(static (IPAddress address) => address.ToString())];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }
}
