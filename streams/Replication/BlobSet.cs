using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Handcarry.Streams.Replication;

/// <summary>
/// An immutable set of inventory indexes, small on the wire because nodes hold runs of them: <c>0-57,60,64-99</c>. The text form is
/// canonical (ascending, runs neither overlapping nor touching, no leading zeros), so equal sets have equal texts; the empty set is
/// the empty text.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A set of blobs is called BlobSet.")]
public sealed class BlobSet : IEnumerable<int>, IEquatable<BlobSet>
{
    // Ascending bounds: the set begins at the first, ends before the second, begins again at the third, and so on.
    // An index is contained when an odd number of bounds is not above it.
    private readonly int[] _bounds;

    private BlobSet(int[] bounds)
    {
        _bounds = bounds;
        for (var i = 0; i < bounds.Length; i += 2)
            Count += bounds[i + 1] - bounds[i];
    }

    /// <summary>The set of nothing.</summary>
    public static BlobSet Empty { get; } = new([]);

    /// <summary>How many indexes it contains.</summary>
    public int Count { get; }

    /// <summary>The set 0 .. <paramref name="count"/> - 1.</summary>
    public static BlobSet All(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? Empty : new BlobSet([0, count]);
    }

    /// <summary>The set of the given indexes, in any order, 0 or more each.</summary>
    public static BlobSet Of(IEnumerable<int> indexes)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        var bounds = new List<int>();
        foreach (var index in indexes.Distinct().Order())
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indexes));
            ArgumentOutOfRangeException.ThrowIfEqual(index, int.MaxValue, nameof(indexes));
            if (bounds.Count > 0 && bounds[^1] == index)
                bounds[^1]++;
            else
                bounds.AddRange([index, index + 1]);
        }

        return From(bounds);
    }

    /// <summary>Whether <paramref name="index"/> is in the set.</summary>
    public bool Contains(int index)
    {
        var at = Array.BinarySearch(_bounds, index);
        return ((at < 0 ? ~at : at + 1) & 1) == 1;
    }

    /// <summary>This set and <paramref name="index"/>.</summary>
    public BlobSet Add(int index) => Contains(index) ? this : Union(Of([index]));

    /// <summary>What is in this set, in <paramref name="other"/>, or in both.</summary>
    public BlobSet Union(BlobSet other) => Combine(other, static (mine, theirs) => mine | theirs);

    /// <summary>What is in this set and not in <paramref name="other"/>.</summary>
    public BlobSet Except(BlobSet other) => Combine(other, static (mine, theirs) => mine & !theirs);

    /// <summary>What is in both.</summary>
    public BlobSet Intersect(BlobSet other) => Combine(other, static (mine, theirs) => mine & theirs);

    /// <summary>
    /// The set written in <paramref name="text"/>; anything but the canonical form is refused, and so is an index of
    /// <paramref name="bound"/> or more. The text comes from a peer: the memory it takes is proportional to its length, whatever it says.
    /// </summary>
    public static bool TryParse(string? text, int bound, [NotNullWhen(true)] out BlobSet? set)
    {
        set = null;
        if (text is null)
            return false;
        if (text.Length == 0)
        {
            set = Empty;
            return true;
        }

        var bounds = new List<int>();
        foreach (var run in text.AsSpan().Split(','))
        {
            var part = text.AsSpan(run);
            var dash = part.IndexOf('-');
            if (!TryParseIndex(dash < 0 ? part : part[..dash], bound, out var first))
                return false;
            var last = first;
            if (dash >= 0 && (!TryParseIndex(part[(dash + 1)..], bound, out last) || last <= first))
                return false;
            if (bounds.Count > 0 && first <= bounds[^1])
                return false;
            bounds.Add(first);
            bounds.Add(last + 1);
        }

        set = From(bounds);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/>.</summary>
    public static BlobSet Parse(string text, int bound) =>
        TryParse(text, bound, out var set)
            ? set
            : throw new FormatException($"Not a set of blobs below {bound}: expected ascending runs such as 0-57,60,64-99.");

    /// <summary>The indexes, ascending.</summary>
    public IEnumerator<int> GetEnumerator()
    {
        for (var i = 0; i < _bounds.Length; i += 2)
        {
            for (var index = _bounds[i]; index < _bounds[i + 1]; index++)
                yield return index;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(BlobSet? other) => other is not null && _bounds.AsSpan().SequenceEqual(other._bounds);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BlobSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var bound in _bounds)
            hash.Add(bound);
        return hash.ToHashCode();
    }

    /// <summary>The canonical text, see <see cref="BlobSet"/>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _bounds.Length; i += 2)
        {
            text.Append(i == 0 ? "" : ",").Append(_bounds[i]);
            if (_bounds[i + 1] - _bounds[i] > 1)
                text.Append('-').Append(_bounds[i + 1] - 1);
        }

        return text.ToString();
    }

    private static BlobSet From(List<int> bounds) => bounds.Count == 0 ? Empty : new BlobSet([.. bounds]);

    private static bool TryParseIndex(ReadOnlySpan<char> text, int bound, out int index) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index)
        && index < bound && (text.Length == 1 || text[0] != '0');

    /// <summary>Walks both bounds in order and notes where the combination begins and ends.</summary>
    private BlobSet Combine(BlobSet other, Func<bool, bool, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(other);
        var bounds = new List<int>();
        var (i, j) = (0, 0);
        while (i < _bounds.Length || j < other._bounds.Length)
        {
            var mine = i < _bounds.Length ? _bounds[i] : int.MaxValue;
            var theirs = j < other._bounds.Length ? other._bounds[j] : int.MaxValue;
            var at = Math.Min(mine, theirs);
            if (mine == at)
                i++;
            if (theirs == at)
                j++;
            var inside = contains((i & 1) == 1, (j & 1) == 1);
            if (inside != ((bounds.Count & 1) == 1))
                bounds.Add(at);
        }

        return From(bounds);
    }
}
