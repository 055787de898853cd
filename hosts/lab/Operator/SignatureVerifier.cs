using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Handcarry.Lab.Operator;

/// <summary>
/// Looks for a release's signature in the ConfigMaps of <c>openshift-config-managed</c> and verifies it (openshift/library-go, pkg/verify and
/// pkg/verify/store/configmap). There is no network here, so there are no other stores.
/// </summary>
internal sealed class SignatureVerifier(IKubernetes client, LabOperatorOptions options)
{
    public const string Namespace = "openshift-config-managed";
    public const string Label = "release.openshift.io/verification-signatures";

    private const string Managed = "signatures-managed";

    private readonly OpenPgp _gpg = new(options.Gpgv);

    /// <summary>Null when a signature of every keyring vouches for the image, otherwise the sentence the operator reports.</summary>
    public async Task<string?> VerifyAsync(string image, CancellationToken cancellationToken)
    {
        var at = image.LastIndexOf('@');
        var digest = at < 0 ? "" : image[(at + 1)..];
        if (!digest.StartsWith("sha256:", StringComparison.Ordinal))
            return "The update cannot be verified: release images that are not accessed via digest cannot be verified";
        var names = string.Join(", ", options.Keyrings.Select(Path.GetFileNameWithoutExtension));
        var missing = new HashSet<string>(options.Keyrings);
        if (missing.Count == 0)
            return $"The update cannot be verified: unable to verify {digest}: no keyrings are known";
        var prefix = digest.Replace(':', '-');
        foreach (var signature in await FindAsync(prefix, cancellationToken))
        {
            foreach (var keyring in missing.ToArray())
            {
                if (await _gpg.OpenAsync(signature, keyring, cancellationToken) is not { } text || ReleaseSignature.Check(text, digest) is not null)
                    continue;
                missing.Remove(keyring);
                if (missing.Count > 0)
                    continue;
                await RememberAsync(prefix, signature, cancellationToken);
                return null;
            }
        }
        return $"The update cannot be verified: unable to verify {digest} against keyrings: {names}";
    }

    private async Task<byte[][]> FindAsync(string prefix, CancellationToken cancellationToken)
    {
        var maps = await client.CoreV1.ListNamespacedConfigMapAsync(Namespace, labelSelector: Label, cancellationToken: cancellationToken);
        return [.. maps.Items.SelectMany(map => map.BinaryData ?? new Dictionary<string, byte[]>())
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Value)];
    }

    // The operator keeps what it has proven, so that it need not be found again (store/configmap/configmap.go, Store).
    private async Task RememberAsync(string prefix, byte[] signature, CancellationToken cancellationToken)
    {
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = Managed, Labels = new Dictionary<string, string> { [Label] = "" } },
            BinaryData = new Dictionary<string, byte[]> { [$"{prefix}-1"] = signature },
        };
        try
        {
            await client.CoreV1.CreateNamespacedConfigMapAsync(map, Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException failure) when (failure.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            var patch = new V1Patch(new { binaryData = map.BinaryData }, V1Patch.PatchType.MergePatch);
            await client.CoreV1.PatchNamespacedConfigMapAsync(patch, Managed, Namespace, cancellationToken: cancellationToken);
        }
    }
}
