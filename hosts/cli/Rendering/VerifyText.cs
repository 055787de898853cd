using Handcarry.Cli.Verification;
using Handcarry.Streams.Bundles.Verification;

namespace Handcarry.Cli.Rendering;

/// <summary>What verifying a bundle found: a line for each violation and note, then the sum.</summary>
internal static class VerifyText
{
    public static string Of(VerifiedBundle bundle) => string.Join('\n', [
        .. bundle.Violations.Select(Line),
        .. bundle.Notes.Select(static note => "Note: " + note),
        $"{bundle.Violations.Count} violation{(bundle.Violations.Count == 1 ? "" : "s")} in {HumanBytes.Of(bundle.BytesRead)} of {Name(bundle)}{(bundle.Sha256 is { } sha256 ? $", sha256 {sha256.Hex}" : "")}"]);

    private static string Line(BundleViolation violation) =>
        violation.Reason
        + (violation.Offset is { } offset ? $" at byte {offset}" : "")
        + ": " + violation.Sentence
        + (violation.Image is { } image && !violation.Sentence.Contains(image, StringComparison.Ordinal) ? $" Needed by {image}." : "");

    private static string Name(VerifiedBundle bundle) =>
        bundle.Version is null ? string.Join(", ", bundle.Files) : $"{bundle.Version} {bundle.Arch}";
}
