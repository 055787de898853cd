using System.Diagnostics.CodeAnalysis;
using Handcarry.ClusterConfig.Options.Reading;

namespace Handcarry.ClusterConfig.Options;

/// <summary>A host and a TCP port.</summary>
/// <param name="Host">DNS name or IP address, an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535; 0 stands for any free port where something listens.</param>
public sealed record Endpoint(string Host, int Port)
{
    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>; without a port it is <paramref name="defaultPort"/>.
    /// False when it is none of these.
    /// </summary>
    public static bool TryParse(string text, int defaultPort, [NotNullWhen(true)] out Endpoint? endpoint)
    {
        endpoint = null;
        var bracketed = text.StartsWith('[');
        var hostEnd = bracketed ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var hostPart = hostEnd > 0 ? text[..hostEnd] : text;
        var portPart = text[hostPart.Length..];
        var host = bracketed ? hostPart.Trim('[', ']') : hostPart;
        var kind = Uri.CheckHostName(host);
        if (bracketed && hostEnd == 0 || kind == UriHostNameType.Unknown || (kind == UriHostNameType.IPv6) != bracketed)
            return false;

        long port = defaultPort;
        if (portPart.Length > 0 && (portPart[0] != ':' || !Formats.TryInteger(portPart.AsSpan(1), out port) || port is < 1 or > 65535))
            return false;
        endpoint = new Endpoint(host, (int)port);
        return true;
    }
}
