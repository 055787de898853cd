namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>What stands on a store, in words.</summary>
internal static class StandingOn
{
    private const int Named = 3;

    /// <summary>How many containers and images, and the first of them by their short ids and names.</summary>
    public static string Of(StoreDependents found) => string.Join(" and ", new[]
    {
        Of("containers", [.. found.Containers.Select(static container => Short(container.Id))]),
        Of("images", [.. found.Images.Select(static image => image.Names is [var name, ..] ? $"{Short(image.Id)} {name}" : Short(image.Id))]),
    }.OfType<string>());

    private static string? Of(string what, IReadOnlyList<string> names) => names.Count == 0
        ? null
        : $"{names.Count} {what} ({string.Join(", ", names.Take(Named))}{(names.Count > Named ? ", ..." : "")})";

    // As crictl and podman show ids.
    private static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
