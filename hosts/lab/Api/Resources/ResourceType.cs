using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;
using Handcarry.Lab.Api.Tables;

namespace Handcarry.Lab.Api.Resources;

/// <summary>One resource that the server serves, in the one version it serves it in.</summary>
internal sealed record ResourceType
{
    /// <summary>API group; empty for core.</summary>
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required string Kind { get; init; }

    public required string ListKind { get; init; }

    public required bool Namespaced { get; init; }

    public required SchemaNode Schema { get; init; }

    public required KindRules Rules { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether there is a /status.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Defined by a CRD.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Only read through the API.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Only created, answered at once and not kept.</summary>
    public bool IsReview { get; init; }

    /// <summary>The table that people see of it.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [Column.Names, Column.Age];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name errors about an object use: <c>leases.coordination.k8s.io</c>.</summary>
    public ResourceName Resource => new(Group, Plural);

    /// <summary>The name errors about an invalid object use: <c>Lease.coordination.k8s.io</c>.</summary>
    public ResourceName QualifiedKind => new(Group, Kind);
}
