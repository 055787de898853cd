using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// The ConfigMap <c>handcarry-formation</c>: its existence says that the agents of this site have met before. Creating it is atomic, so on a
/// fresh site exactly one agent does, and may found the cluster without waiting for members that cannot exist.
/// </summary>
public sealed class FormationRecord(ApiServer api, string space, string node)
{
    private const string Name = "handcarry-formation";

    /// <summary>True for the one caller that created it. Throws <see cref="Handcarry.Actors.Cluster.ApiUnavailableException"/>.</summary>
    public async ValueTask<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var record = new V1ConfigMap
        {
            ApiVersion = V1ConfigMap.KubeApiVersion,
            Kind = V1ConfigMap.KubeKind,
            Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = space },
            Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["founder"] = node },
        };
        return await api.CreateAsync($"/api/v1/namespaces/{space}/configmaps", record, cancellationToken) is not null;
    }
}
