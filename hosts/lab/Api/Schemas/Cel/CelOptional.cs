using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>A value that may be absent (cel-go, common/types/optional.go).</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static CelOptional None { get; } = new(false, null);

    public CelOptional Select(string name)
    {
        if (!HasValue)
            return None;
        return Value is JsonObject members
            ? members.TryGetPropertyValue(name, out var value) ? new CelOptional(true, CelNode.FromJson(value)) : None
            : throw new CelException($"no such key: {name}");
    }
}
