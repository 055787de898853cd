using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Handcarry.Lab.Operator;

namespace Handcarry.Lab.Tests.Operator;

/// <summary>The nodes' storage in memory, and a release to put into it.</summary>
internal sealed class MemoryStores : INodeStores
{
    public const string Repository = "quay.io/openshift-release-dev/ocp-release";
    private const string Payload = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, byte>> _images = new();
    private readonly ConcurrentDictionary<(string Image, string Path), byte[]> _files = new();

    public MemoryStores(params string[] nodes)
    {
        Nodes = nodes;
        foreach (var node in nodes)
            _images[node] = new ConcurrentDictionary<string, byte>();
    }

    public IReadOnlyList<string> Nodes { get; }

    public static string DigestOf(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes a release of <paramref name="count"/> images, known to all nodes but in none of their storages.</summary>
    public (string Release, string[] Images) Make(string version, int count = 5, string? referencesName = null)
    {
        var release = $"{Repository}@{DigestOf("release " + version)}";
        var images = Enumerable.Range(0, count).Select(i => $"{Payload}@{DigestOf($"{version} {i}")}").ToArray();
        var tags = string.Join(",", images.Select((image, i) => $$$"""{"name":"part-{{{i}}}","from":{"kind":"DockerImage","name":"{{{image}}}"}}"""));
        _files[(release, "release-manifests/image-references")] = Encoding.UTF8.GetBytes(
            $$$"""{"kind":"ImageStream","apiVersion":"image.openshift.io/v1","metadata":{"name":"{{{referencesName ?? version}}}"},"spec":{"tags":[{{{tags}}}]}}""");
        _files[(release, "release-manifests/release-metadata")] = Encoding.UTF8.GetBytes(
            $$$"""{"kind":"cincinnati-metadata-v0","version":"{{{version}}}","previous":[],"metadata":{"url":"https://example.com/errata"}}""");
        return (release, images);
    }

    public void Load(string node, params IEnumerable<string> images)
    {
        foreach (var image in images)
            _images[node][image] = 0;
    }

    public void LoadEverywhere(params IEnumerable<string> images)
    {
        var all = images.ToArray();
        foreach (var node in Nodes)
            Load(node, all);
    }

    public void Unload(string node, string image) => _images[node].TryRemove(image, out _);

    public Task<IReadOnlyCollection<string>> ImagesAsync(string node) => Task.FromResult<IReadOnlyCollection<string>>([.. _images[node].Keys]);

    public Task<byte[]> ReadReleaseFileAsync(string node, string image, string path) =>
        _images[node].ContainsKey(image) && _files.TryGetValue((image, path), out var bytes)
            ? Task.FromResult(bytes)
            : throw new FileNotFoundException($"{image} on {node} has no {path}");
}
