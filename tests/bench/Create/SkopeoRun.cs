using System.Text.Json;
using Handcarry.Lab.Site;
using Handcarry.Streams.Bundles;

namespace Handcarry.Bench.Create;

/// <summary>The same with skopeo.</summary>
internal static class SkopeoRun
{
    /// <summary>All images into folders by one <c>skopeo sync</c>, as its manual has it for a list of images by digest.</summary>
    /// <param name="release">The images.</param>
    /// <param name="registry">Host and port of the registry.</param>
    /// <param name="output">An empty folder.</param>
    public static async Task<ProgramRun> SyncAsync(BenchRelease release, string registry, string output)
    {
        var list = output + ".yaml";
        await File.WriteAllLinesAsync(list,
        [
            $"\"{registry}\":", "  tls-verify: false", "  images:",
            .. release.Images.GroupBy(static image => BenchRelease.RepositoryOf(image.Name)).SelectMany(static repository => repository
                .Select(static image => $"      - \"{image.Name.Digest}\"").Prepend($"    {repository.Key}:")),
        ]);
        return await ProgramRun.RunAsync("skopeo", ["--insecure-policy", "sync", "--src", "yaml", "--dest", "dir", list, output]);
    }

    /// <summary>All images into a fresh container storage, one <c>skopeo copy</c> after the other, out of a folder; the storage is removed again.</summary>
    /// <returns>The time of all copies.</returns>
    public static async Task<TimeSpan> ImportAsync(BenchRelease release, string folder)
    {
        var store = $"containers-storage:[overlay@{folder}/store+{folder}/run:overlay.skip_mount_home=true]";
        var elapsed = TimeSpan.Zero;
        try
        {
            foreach (var (i, image) in release.Images.Index())
            {
                var layout = Path.Combine(folder, $"image-{i}");
                var temporary = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName;
                Layout(layout, image);
                var run = await ProgramRun.RunAsync(
                    "skopeo",
                    ["--insecure-policy", "--tmpdir", temporary, "copy", "--quiet", "--src-shared-blob-dir", release.BlobsPath, $"oci:{layout}", store + image.Name]);
                elapsed += run.Elapsed;
            }
            return elapsed;
        }
        finally
        {
            // What an image's files allow does not bind root, but whoever else unpacked them.
            await Tool.TryAsync("umount", [Path.Combine(folder, "store", "overlay")], CancellationToken.None);
            await Tool.RunAsync("rm", ["-rf", folder], CancellationToken.None);
        }
    }

    /// <summary>Makes the smallest layout that names the image; its blobs are elsewhere.</summary>
    public static void Layout(string layout, BundleImage image)
    {
        Directory.CreateDirectory(layout);
        File.WriteAllText(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var top = image.Manifests[0];
        File.WriteAllBytes(
            Path.Combine(layout, "index.json"),
            JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, manifests = new[] { new { mediaType = top.MediaType, digest = top.Digest.ToString(), size = top.Size } } }));
    }
}
