using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Login;

/// <summary>
/// The certificate that <c>handcarry login</c> has got for one site: in <c>$XDG_CONFIG_HOME/handcarry/logins/SITE</c> (<c>~/.config</c> without that), readable by its owner
/// only. Certificate and key are in one file, so that they are replaced together.
/// </summary>
/// <param name="folder">The site's folder.</param>
internal sealed class LoginStore(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Pair => Path.Combine(folder, "client.pem");

    private string Authorities => Path.Combine(folder, "ca.crt");

    /// <summary>Its files, as a connection takes them.</summary>
    public TlsOptions Tls => new() { Ca = Authorities, Certificate = Pair, Key = Pair };

    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(Pair) && File.Exists(Authorities);

    /// <summary>That of a site; null when the environment names no folder of the user's.</summary>
    /// <param name="site">Address of its API server, or of an agent.</param>
    /// <param name="environment">The environment.</param>
    public static LoginStore? Of(string site, IReadOnlyDictionary<string, string> environment)
    {
        var configuration = environment.GetValueOrDefault("XDG_CONFIG_HOME", "");
        if (configuration.Length == 0 && environment.GetValueOrDefault("HOME", "") is { Length: > 0 } home)
            configuration = Path.Combine(home, ".config");
        if (!Path.IsPathRooted(configuration))
            return null;
        var name = Uri.TryCreate(site, UriKind.Absolute, out var server) && server.Host.Length > 0 ? $"{server.Host}-{server.Port}" : site;
        return new LoginStore(Path.Combine(configuration, "handcarry", "logins", string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '-')).TrimStart('.')));
    }

    /// <summary>Whether it is to be renewed: two thirds of its life are over.</summary>
    public static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return now >= from + ((to - from) * (2 / 3d));
    }

    /// <summary>The certificate; null when there is none that can be read.</summary>
    public X509Certificate2? Certificate() => Reading(() => X509Certificate2.CreateFromPem(File.ReadAllText(Pair)));

    /// <summary>Whom it was got from; null when that cannot be read.</summary>
    public PeerTrust? Trust() => Reading(() => TrustIn(File.ReadAllText(Authorities)));

    /// <summary>Trusts the authorities of a text. Throws <see cref="CryptographicException"/>.</summary>
    public static PeerTrust TrustIn(string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return new PeerTrust(authorities);
    }

    /// <summary>Keeps it, in place of an earlier one. Throws <see cref="CliException"/>.</summary>
    public void Save(string certificate, string key, string authorities)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            Write(Authorities, authorities);
            Write(Pair, certificate.TrimEnd() + "\n" + key.TrimEnd() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Disk, $"{folder} cannot be written ({e.Message}): set XDG_CONFIG_HOME to a folder of yours.", e);
        }
    }

    /// <summary>Forgets it; false when there is none. Throws <see cref="CliException"/>.</summary>
    public bool Delete()
    {
        try
        {
            if (!Directory.Exists(folder))
                return false;
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Disk, $"{folder} cannot be removed ({e.Message}): remove it yourself.", e);
        }
    }

    private static void Write(string path, string text)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
                file.Write(Encoding.ASCII.GetBytes(text));
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static T? Reading<T>(Func<T> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }
}
