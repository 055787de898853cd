namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// The second path where a runtime looks for images, beside that of the store: what was published before stays there while its images are needed, so that two releases can be
/// seen side by side. The runtime is told the store first, as what several stores have is taken from the first of them.
/// </summary>
public static class SecondStore
{
    private const string Suffix = "-2";

    /// <summary>The second path of a store at <paramref name="store"/>, in the same folder.</summary>
    public static string Of(string store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.TrimEnd('/') + Suffix;
    }
}
