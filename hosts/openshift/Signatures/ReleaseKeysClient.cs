using System.Text;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Streams.Signatures;

namespace Handcarry.Hosts.OpenShift.Signatures;

/// <summary>
/// <see cref="IReleaseKeys"/> on the ConfigMap that the payload of every OpenShift brings with it: each <c>verifier-public-key-*</c> in it is a
/// keyring of which one key must have signed (openshift/library-go, pkg/verify/configmap.go; reference/openshift.md sections 2.1 and 10.3).
/// </summary>
/// <param name="api">The server.</param>
public sealed class ReleaseKeysClient(ApiServer api) : IReleaseKeys
{
    private const string Map = "/api/v1/namespaces/openshift-config-managed/configmaps/release-verification";
    private const string Prefix = "verifier-public-key-";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReleaseKeyring>> ReadAsync(CancellationToken cancellationToken)
    {
        using var map = await api.GetAsync<JsonDocument>(Map, cancellationToken);
        return map is null ? [] :
        [
            .. map.RootElement.At("data").Members()
                .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => ReleaseKeyring.Parse(entry.Name, Encoding.UTF8.GetBytes(entry.Value.ToString()))),
        ];
    }
}
