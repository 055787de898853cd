using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>A named format, <c>format.NAME()</c> (k8s.io/apiserver/pkg/cel/library/format.go; Kubernetes 1.31 and later).</summary>
internal sealed class CelFormat
{
    private static readonly Dictionary<string, Func<string, string?>> Known = new(StringComparer.Ordinal)
    {
        ["dns1123Subdomain"] = Names.Subdomain,
        ["dns1123Label"] = Names.Label,
        ["qualifiedName"] = Names.QualifiedName,
        ["labelValue"] = Names.LabelValue,
    };

    private readonly Func<string, string?> _check;

    private CelFormat(Func<string, string?> check) => _check = check;

    /// <summary>Throws <see cref="FormatException"/> for a name that is not known.</summary>
    public static CelFormat Named(string name, string source) => Known.TryGetValue(name, out var check)
        ? new CelFormat(check)
        : throw new FormatException($"CEL: the format {name}() is not understood in: {source}");

    /// <summary>What is wrong, an optional list: empty when nothing is.</summary>
    public CelOptional Validate(string text) => _check(text) is { } why ? new CelOptional(true, (object?[])[why]) : CelOptional.None;
}
