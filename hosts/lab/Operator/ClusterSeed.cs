namespace Handcarry.Lab.Operator;

/// <summary>The cluster as it stands when the lab begins.</summary>
public sealed record ClusterSeed
{
    /// <summary>The version it runs.</summary>
    public required string Version { get; init; }

    /// <summary>The release image it runs, by digest.</summary>
    public required string Image { get; init; }

    /// <summary>Names of its nodes; each is control plane and worker at once, as in a compact cluster.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>Architecture of the nodes as Go writes it.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>
    /// Whether it has a machine config operator: pools, and the APIs of <see cref="Handcarry.Lab.Api.Resources.MachineConfigCrds"/>, which the server must know.
    /// </summary>
    public bool HasMachineConfigs { get; init; }

    /// <summary>The cluster's identity.</summary>
    public Guid ClusterId { get; init; } = Guid.NewGuid();

    /// <summary>The namespace of the agents.</summary>
    public string AgentNamespace { get; init; } = "handcarry";
}
