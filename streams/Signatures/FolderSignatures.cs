using System.Runtime.CompilerServices;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>The signatures in a folder, in each of the forms that <see cref="SignatureStores"/> names.</summary>
internal sealed class FolderSignatures(string folder)
{
    // What a ConfigMap may have (Kubernetes documentation, "ConfigMaps"), in base64 and with the JSON around it.
    private const int MaximumConfigMapSize = 2 << 20;
    private const int ShortHex = 16;

    public async IAsyncEnumerable<StoredSignature> FindAsync(Digest release, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw Failed(folder, "there is no such folder");
        foreach (var path in Files(release))
        {
            if (await ReadAsync(path, ReleaseSignature.MaximumSize, cancellationToken) is { Length: > 0 } bytes)
                yield return new StoredSignature(bytes, path);
        }
        foreach (var name in (string[])[$"signature-sha256-{release.Hex[..ShortHex]}.json", "signature-configmap.json"])
        {
            var path = Path.Combine(folder, name);
            if (await ReadAsync(path, MaximumConfigMapSize, cancellationToken) is not { } text)
                continue;
            foreach (var bytes in FromConfigMap(path, text, release))
                yield return new StoredSignature(bytes, path);
        }
    }

    private IEnumerable<string> Files(Digest release) =>
        Enumerable.Range(1, SignatureStores.MaximumSignatures)
            .Select(number => Path.Combine(folder, $"sha256={release.Hex}", $"signature-{number}"))
            .TakeWhile(File.Exists)
            .Concat(Directory.EnumerateFiles(folder, $"*-sha256-{release.Hex}").Order(StringComparer.Ordinal).Take(SignatureStores.MaximumSignatures));

    // openshift/library-go, pkg/verify/store/configmap/configmap.go: every key of binaryData that begins with the digest.
    private static List<byte[]> FromConfigMap(string path, byte[] text, Digest release)
    {
        try
        {
            using var map = JsonDocument.Parse(text);
            return !map.RootElement.TryGetProperty("binaryData", out var data) ? [] :
            [
                .. data.EnumerateObject()
                    .Where(entry => entry.Name.StartsWith($"sha256-{release.Hex}", StringComparison.Ordinal))
                    .OrderBy(static entry => entry.Name, StringComparer.Ordinal)
                    .Take(SignatureStores.MaximumSignatures)
                    .Select(static entry => entry.Value.GetBytesFromBase64()),
            ];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw Failed(path, $"it is not a ConfigMap with signatures ({error.Message})", error);
        }
    }

    private static async Task<byte[]?> ReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        return file.Length <= limit ? await File.ReadAllBytesAsync(path, cancellationToken) : throw Failed(path, $"it has more than {limit} bytes");
    }

    private static ContentException Failed(string path, string why, Exception? inner = null) =>
        new(Reasons.SignatureStoreFailed, $"The signature store {path} cannot be read: {why}.", inner);
}
