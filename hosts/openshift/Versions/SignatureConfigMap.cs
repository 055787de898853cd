using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Streams.Content;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Versions;

/// <summary>
/// The ConfigMap in which the cluster version operator looks for a release's signatures: found by its label, each <c>binaryData</c> key
/// beginning with <c>sha256-&lt;hex&gt;</c> (openshift/library-go, pkg/verify/store/configmap/configmap.go). Others' keys in it are left alone.
/// </summary>
internal sealed class SignatureConfigMap(ApiServer api)
{
    private const string Label = "release.openshift.io/verification-signatures";
    private const string Collection = "/api/v1/namespaces/openshift-config-managed/configmaps";
    private const int Tries = 5;

    public async ValueTask PutAsync(string releaseDigest, IReadOnlyList<byte[]> signatures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        var name = $"sha256-{Digest.Parse(releaseDigest).Hex}";
        if (signatures.Count == 0)
            return;
        for (var tries = 1; ; tries++)
        {
            var map = await api.GetAsync<V1ConfigMap>($"{Collection}/{name}", cancellationToken);
            var missing = map is null;
            map ??= new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = name } };
            if (!Fill(map, name, signatures))
                return;
            try
            {
                if (!missing)
                    await api.ReplaceAsync($"{Collection}/{name}", map, cancellationToken);
                else if (await api.CreateAsync(Collection, map, cancellationToken) is null)
                    throw new StaleWriteException($"ConfigMap {name} has just been created by somebody else.");
                return;
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // Somebody else wrote it in between: look what is missing now.
            }
        }
    }

    /// <summary>Puts in what is missing; whether anything was.</summary>
    private static bool Fill(V1ConfigMap map, string name, IReadOnlyList<byte[]> signatures)
    {
        var changed = false;
        map.Metadata.Labels ??= new Dictionary<string, string>();
        if (!map.Metadata.Labels.ContainsKey(Label))
        {
            map.Metadata.Labels[Label] = "";
            changed = true;
        }
        map.BinaryData ??= new Dictionary<string, byte[]>();
        for (var i = 0; i < signatures.Count; i++)
        {
            var key = $"{name}-{i + 1}";
            if (map.BinaryData.TryGetValue(key, out var there) && there.AsSpan().SequenceEqual(signatures[i]))
                continue;
            map.BinaryData[key] = signatures[i];
            changed = true;
        }
        return changed;
    }
}
