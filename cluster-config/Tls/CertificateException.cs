namespace Handcarry.ClusterConfig.Tls;

/// <summary>A certificate or key file cannot be used; the message names the file.</summary>
public sealed class CertificateException(string file, string message, Exception? inner = null) : Exception($"{file}: {message}", inner)
{
    /// <summary>The stable reason word.</summary>
    public const string Reason = "InvalidCertificate";

    /// <summary>The file that is wrong.</summary>
    public string File { get; } = file;
}
