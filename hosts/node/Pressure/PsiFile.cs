using System.Globalization;

namespace Handcarry.Hosts.Node.Pressure;

/// <summary>One file of pressure figures, as the kernel writes them (Documentation/accounting/psi.rst).</summary>
internal static class PsiFile
{
    /// <summary>The percentage of <c>some avg10</c> in such a file; null when it is none.</summary>
    /// <example><c>some avg10=9.56 avg60=17.57 avg300=29.69 total=17877941036</c></example>
    public static double? Some(string text)
    {
        const string begin = "some avg10=";
        if (!text.StartsWith(begin, StringComparison.Ordinal))
            return null;
        var rest = text.AsSpan(begin.Length);
        var end = rest.IndexOf(' ');
        return end > 0 && double.TryParse(rest[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent : null;
    }
}
