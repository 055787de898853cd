namespace Handcarry.Lab.Api.Ownership;

/// <summary>Who writes, as managedFields tell managers apart.</summary>
/// <param name="Name">The field manager.</param>
/// <param name="Applies">True for server-side apply, false for every other write.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
/// <param name="ApiVersion">The version of the resource that is written.</param>
internal sealed record FieldWriter(string Name, bool Applies, string Subresource, string ApiVersion)
{
    /// <summary>As a conflict names it.</summary>
    public override string ToString()
    {
        var name = $"\"{Name}\"";
        if (Subresource.Length > 0)
            name += $" with subresource \"{Subresource}\"";
        return Applies ? name : $"{name} using {ApiVersion}";
    }
}
