namespace Handcarry.Deploy.Tests;

/// <summary>What <c>kubectl apply -k deploy/</c> sends.</summary>
internal static class Deployment
{
    public static string Folder { get; } = Repository.At("deploy");

    public static IReadOnlyList<DeployedObject> Objects { get; } = Kustomization.Render(Folder);

    /// <summary>What is applied besides, for Prometheus and Grafana.</summary>
    public static string Monitoring { get; } = Repository.At("deploy/monitoring");

    /// <summary>The agents.</summary>
    public static DeployedObject Agents { get; } = Objects.Single(deployed => deployed.Kind == "DaemonSet");

    /// <summary>The one object of a kind by this name.</summary>
    public static DeployedObject? Find(string kind, string space, string name) =>
        Objects.SingleOrDefault(deployed => deployed.Kind == kind && deployed.Namespace == space && deployed.Name == name);
}
