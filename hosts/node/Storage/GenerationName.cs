using System.Buffers;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>The name of one filling of the store. It becomes a folder's name, hence the narrow alphabet.</summary>
internal static class GenerationName
{
    private const int MaxLength = 64;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Returns <paramref name="name"/> or throws <see cref="ArgumentException"/>.</summary>
    public static string Check(string name) =>
        name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAnyExcept(Characters)
            ? name
            : throw new ArgumentException($"\"{name}\" is not a generation: expected 1 to {MaxLength} of a-z, 0-9 and -.", nameof(name));
}
