using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Handcarry.Lab.Api.Resources;

/// <summary>Names, label keys and label values (k8s.io/apimachinery/pkg/util/validation/validation.go).</summary>
internal static partial class Names
{
    private const string LabelShape = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainShape = LabelShape + @"(\." + LabelShape + ")*";
    private const string QualifiedShape = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    // Without vowels, 0, 1 and 3, as k8s.io/apimachinery/pkg/util/rand: no words come out.
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Null when fine, otherwise why it is none.</summary>
    public static string? Subdomain(string name)
    {
        if (name.Length > 253)
            return "must be no more than 253 characters";
        return SubdomainPattern().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
                + $"alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainShape}')";
    }

    /// <summary>Null when fine, otherwise why it is none.</summary>
    public static string? Label(string name)
    {
        if (name.Length > 63)
            return "must be no more than 63 characters";
        return LabelPattern().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
                + $"character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LabelShape}')";
    }

    /// <summary>A label's or annotation's key: an optional DNS prefix and a name.</summary>
    public static string? QualifiedName(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
                + "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        if (parts.Length == 2 && parts[0].Length == 0)
            return "prefix part must be non-empty";
        if (parts.Length == 2 && Subdomain(parts[0]) is { } why)
            return "prefix part " + why;
        if (parts[^1].Length is 0 or > 63)
            return parts[^1].Length == 0 ? "name part must be non-empty" : "name part must be no more than 63 characters";
        return QualifiedPattern().IsMatch(parts[^1])
            ? null
            : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',"
                + $"  or 'my.name',  or '123-abc', regex used for validation is '{QualifiedShape}')";
    }

    /// <summary>A label's value.</summary>
    public static string? LabelValue(string value)
    {
        if (value.Length > 63)
            return "must be no more than 63 characters";
        return value.Length == 0 || QualifiedPattern().IsMatch(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
                + $"character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({QualifiedShape})?')";
    }

    /// <summary>A name made from a generateName: at most 58 characters of it and five of chance (k8s.io/apiserver/pkg/storage/names).</summary>
    public static string Generate(string prefix) =>
        (prefix.Length > 58 ? prefix[..58] : prefix) + RandomNumberGenerator.GetString(SuffixLetters, 5);

    [GeneratedRegex("^" + SubdomainShape + "$", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex("^" + LabelShape + "$", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex("^" + QualifiedShape + "$", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedPattern();
}
