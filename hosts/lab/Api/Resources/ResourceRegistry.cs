using System.Collections.Immutable;

namespace Handcarry.Lab.Api.Resources;

/// <summary>The resources that are served.</summary>
internal sealed class ResourceRegistry(IEnumerable<ResourceType> types)
{
    private readonly ImmutableArray<ResourceType> _types = [.. types.OrderBy(type => type.Group, StringComparer.Ordinal).ThenBy(type => type.Plural, StringComparer.Ordinal)];

    public IReadOnlyList<ResourceType> All => _types;

    public ResourceType? Find(string group, string version, string plural) =>
        _types.FirstOrDefault(type => type.Plural == plural && type.Group == group && type.Version == version);

    public ResourceType? FindKind(string apiVersion, string kind) =>
        _types.FirstOrDefault(type => type.Kind == kind && type.ApiVersion == apiVersion);
}
