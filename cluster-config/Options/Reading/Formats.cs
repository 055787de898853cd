using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>The ways in which values are written. All are strict: no spaces inside, no missing units, no fractions.</summary>
internal static class Formats
{
    private static readonly (string Unit, long Factor)[] SizeUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    // "ms" before "s" and "m": the longest unit that fits is meant.
    private static readonly (string Unit, long Factor)[] DurationUnits = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    public static Format<string> Text(string expected) => new(expected, text => new Parsed<string>(text));

    public static Format<string> Secret(string expected) => new(expected, text => new Parsed<string>(text), Secret: true);

    public static Format<string> OneOf(params string[] values) =>
        new(string.Join(" or ", values), text => values.Contains(text, StringComparer.Ordinal) ? new Parsed<string>(text) : null);

    /// <summary>RFC 1123 subdomain, as Kubernetes names nodes.</summary>
    public static Format<string> Subdomain { get; } = new(
        "lower-case letters, digits, '-' and '.', at most 253 characters",
        text => text.Length <= 253 && text.Split('.').All(IsLabel) ? new Parsed<string>(text) : null);

    public static Format<string> SubdomainOrEmpty { get; } = new(
        Subdomain.Expected + ", or nothing",
        text => text.Length == 0 ? new Parsed<string>("") : Subdomain.Parse(text));

    /// <summary>RFC 1123 label, as Kubernetes names namespaces.</summary>
    public static Format<string> Label { get; } = new(
        "lower-case letters, digits and '-', at most 63 characters",
        text => text.Length <= 63 && IsLabel(text) ? new Parsed<string>(text) : null);

    public static Format<string> Host { get; } = new(
        "a DNS name or an IP address",
        text => Uri.CheckHostName(text) is not (UriHostNameType.Unknown or UriHostNameType.Basic) && !text.StartsWith('[') ? new Parsed<string>(text) : null);

    public static Format<string> AbsolutePath { get; } = new(
        "an absolute path without '..'",
        text => text.StartsWith('/') && !text.Contains('\0', StringComparison.Ordinal) && !text.Split('/').Contains("..")
            ? new Parsed<string>(text.Length > 1 ? text.TrimEnd('/') : text)
            : null);

    public static Format<string> AbsolutePathOrEmpty { get; } = new(
        AbsolutePath.Expected + ", or nothing",
        text => text.Length == 0 ? new Parsed<string>("") : AbsolutePath.Parse(text));

    public static Format<string> PathOrOff { get; } = new(
        AbsolutePath.Expected + ", or off",
        text => text == "off" ? new Parsed<string>(text) : AbsolutePath.Parse(text));

    public static Format<string> PlainUrlOrEmpty { get; } = new(
        "a URL that begins with http://, or nothing",
        text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.UserInfo.Length == 0) ? new Parsed<string>(text) : null);

    public static Format<string> UrlOrEmpty { get; } = new(
        "a URL that begins with http:// or https://, or nothing",
        text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0) ? new Parsed<string>(text) : null);

    public static Format<string> DevicePattern { get; } = new(
        "a path below /dev, in which * stands for anything and ? for one character",
        text => text.StartsWith("/dev/", StringComparison.Ordinal) ? new Parsed<string>(text) : null);

    public static Format<string> Repository { get; } = new(
        "a repository with its registry such as quay.io/openshift-release-dev/ocp-release",
        text => text.Split('/') is [{ Length: > 0 }, { Length: > 0 }, ..] && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':')
            ? new Parsed<string>(text)
            : null);

    public static Format<Endpoint> EndpointOr(int defaultPort) => new(
        $"HOST or HOST:PORT (port {defaultPort} when none is given; an IPv6 address in brackets)",
        text => Endpoint.TryParse(text, defaultPort, out var endpoint) ? new Parsed<Endpoint>(endpoint) : null);

    public static Format<PublishMoment> Publish { get; } = new(
        "afterProof or afterMount",
        text => text switch
        {
            "afterProof" => new Parsed<PublishMoment>(PublishMoment.AfterProof),
            "afterMount" => new Parsed<PublishMoment>(PublishMoment.AfterMount),
            _ => null,
        });

    public static Format<LogLevel> Level { get; } = new(
        string.Join(", ", Enum.GetNames<LogLevel>()),
        text => Enum.GetNames<LogLevel>().Contains(text, StringComparer.OrdinalIgnoreCase) ? new Parsed<LogLevel>(Enum.Parse<LogLevel>(text, true)) : null);

    public static Format<int?> PortOrOff { get; } = new(
        "a whole number, 0 to 65535, or off",
        text => text == "off" ? new Parsed<int?>(null)
            : TryInteger(text, out var value) && value <= ushort.MaxValue ? new Parsed<int?>((int)value)
            : null);

    public static Format<int> Integer(int min, int max) => new(
        $"a whole number, {min} to {max}",
        text => TryInteger(text, out var value) && value >= min && value <= max ? new Parsed<int>((int)value) : null);

    public static Format<long> Size(string min, string max)
    {
        var (least, most) = (WithUnit(min, SizeUnits)!.Value, WithUnit(max, SizeUnits)!.Value);
        return new(
            $"a size with its unit such as 64MiB (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB), {min} to {max}",
            text => WithUnit(text, SizeUnits) is { } value && value >= least && value <= most ? new Parsed<long>(value) : null);
    }

    public static Format<TimeSpan> Duration(string min, string max)
    {
        var (least, most) = (WithUnit(min, DurationUnits)!.Value, WithUnit(max, DurationUnits)!.Value);
        return new(
            $"a duration with its unit such as 20s (ms, s, m, h), {min} to {max}",
            text => WithUnit(text, DurationUnits) is { } value && value >= least && value <= most ? new Parsed<TimeSpan>(TimeSpan.FromMilliseconds(value)) : null);
    }

    /// <summary>ASCII digits and nothing else, without a leading zero.</summary>
    public static bool TryInteger(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return text.Length > 0 && !(text.Length > 1 && text[0] == '0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static long? WithUnit(string text, (string Unit, long Factor)[] units)
    {
        foreach (var (unit, factor) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !TryInteger(text.AsSpan(0, text.Length - unit.Length), out var number))
                continue;
            return number <= long.MaxValue / factor ? number * factor : null;
        }

        return null;
    }

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63
        && text.All(c => c is '-' || char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
        && text[0] != '-'
        && text[^1] != '-';
}
