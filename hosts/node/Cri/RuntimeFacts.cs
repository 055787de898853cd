using System.Globalization;
using System.Text.RegularExpressions;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>What a container runtime says of itself.</summary>
/// <param name="Name">Its name in the CRI, such as <c>cri-o</c> or <c>containerd</c>.</param>
/// <param name="Version">Its version, as it writes it.</param>
/// <param name="Ready">Whether it can run containers (CRI condition RuntimeReady).</param>
/// <param name="ImageFolders">Where it keeps images: the main storage, never additional stores (reference/container-storage.md D1).</param>
public sealed partial record RuntimeFacts(string Name, string Version, bool Ready, IReadOnlyList<string> ImageFolders)
{
    /// <summary>CRI-O's name in the CRI.</summary>
    public const string Crio = "cri-o";

    /// <summary>containerd's name in the CRI.</summary>
    public const string Containerd = "containerd";

    /// <summary>Whether its release is <paramref name="major"/>.<paramref name="minor"/> or newer; false when its version cannot be read.</summary>
    public bool IsAtLeast(int major, int minor) =>
        Numbers().Match(Version) is { Success: true } match
        && int.TryParse(match.Groups["major"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var thisMajor)
        && int.TryParse(match.Groups["minor"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var thisMinor)
        && (thisMajor, thisMinor).CompareTo((major, minor)) >= 0;

    [GeneratedRegex(@"^v?(?<major>[0-9]+)\.(?<minor>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
