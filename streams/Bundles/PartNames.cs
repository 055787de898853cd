using System.Globalization;
using System.Text.RegularExpressions;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>How the parts of a bundle are called: <c>upgrade-4.12.4-x86_64.tar.001</c>, <c>.002</c> and so on; <c>cat</c> puts them together again.</summary>
public static partial class PartNames
{
    /// <summary>Largest file of a FAT32 file system: 4 GiB - 1 (Microsoft FAT specification, directory entry, DIR_FileSize).</summary>
    public const long Fat32 = uint.MaxValue;

    /// <summary>Three digits have to do.</summary>
    public const int Most = 999;

    /// <summary>Name of part <paramref name="number"/>, counted from 1.</summary>
    public static string Of(string bundle, int number) => $"{bundle}.{number:D3}";

    /// <summary>Whether a path ends in the number of a part.</summary>
    public static bool IsPart(string path) => Suffix().IsMatch(path);

    /// <summary>The path without the number of a part, when there is one.</summary>
    public static string BundleOf(string path) => IsPart(path) ? path[..^4] : path;

    /// <summary>
    /// The files that <paramref name="paths"/> mean: one file or device as it is; one part stands for all parts beside it; several parts, in any order.
    /// </summary>
    /// <exception cref="ContentException"><see cref="Reasons.PartMissing"/>, naming the part; <see cref="Reasons.ReadFailed"/>: there is no such file.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths)
    {
        if (paths.Count == 1 && !IsPart(paths[0]))
            return File.Exists(paths[0]) || !File.Exists(Of(paths[0], 1)) ? [Existing(paths[0])] : AllBeside(paths[0]);
        if (paths.Count == 1)
            return AllBeside(BundleOf(paths[0]));
        var numbers = new SortedDictionary<int, string>();
        foreach (var path in paths)
        {
            if (!IsPart(path) || !numbers.TryAdd(int.Parse(path[^3..], CultureInfo.InvariantCulture), Existing(path)))
                throw Missing($"{path} is not a part of a bundle, or given twice: parts end in .001, .002 and so on.");
        }
        if (numbers.Keys.First() != 1 || numbers.Keys.Last() != numbers.Count)
            throw Missing($"Of the parts of the bundle, {Enumerable.Range(1, Most).First(n => !numbers.ContainsKey(n)):D3} is missing.");
        return [.. numbers.Values];
    }

    private static List<string> AllBeside(string bundle)
    {
        var parts = Enumerable.Range(1, Most).Select(n => Of(bundle, n)).TakeWhile(File.Exists).ToList();
        if (parts.Count == 0)
            throw Missing($"The first part of the bundle, {Of(bundle, 1)}, is missing.");
        var last = Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(bundle))!, Path.GetFileName(bundle) + ".???").Where(IsPart).Max(StringComparer.Ordinal)!;
        return Path.GetFileName(last) == Path.GetFileName(parts[^1]) ? parts : throw Missing($"The part {Of(bundle, parts.Count + 1)} of the bundle is missing.");
    }

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new ContentException(Reasons.ReadFailed, $"There is no file or device {path}.");

    private static ContentException Missing(string message) => new(Reasons.PartMissing, message);

    [GeneratedRegex(@"\.[0-9]{3}\z")]
    private static partial Regex Suffix();
}
