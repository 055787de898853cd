using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Handcarry.ClusterConfig.Tls;

/// <summary>Certificates as PEM text, and files of them that only their owner may read.</summary>
internal static class PemFile
{
    /// <summary>Writes under a temporary name with mode 0600 from the first byte on, syncs, and renames.</summary>
    public static void Write(string path, string pem)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(pem.TrimEnd('\n') + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Each certificate of a text as a text of its own; whatever else is in it is left out.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var found = new List<string>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
                found.Add(rest[fields.Location].ToString() + "\n");
            rest = rest[fields.Location.End..];
        }

        return found;
    }

    /// <summary>The certificates of a text. Throws <see cref="CryptographicException"/> when one cannot be read.</summary>
    public static List<X509Certificate2> Certificates(string text) => [.. Split(text).Select(pem => X509Certificate2.CreateFromPem(pem))];

    /// <summary>From when to when a certificate is valid.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Validity(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
    }
}
