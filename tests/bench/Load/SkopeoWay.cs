using Handcarry.Bench.Create;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>What one does without us: one <c>skopeo copy</c> after the other into container storage, then a sync, for skopeo syncs no layer.</summary>
internal sealed class SkopeoWay(LoadSource source, string root) : ILoadWay
{
    private readonly NodeFolders _node = new(root);

    public string Name => "skopeo copy";

    public IReadOnlyList<int> Workers => [];

    /// <summary>The storage that it fills.</summary>
    public string Store => Path.Combine(root, "containers");

    public Task ArriveAsync(CancellationToken cancellationToken)
    {
        _node.CopyBlobs(source);
        foreach (var (i, image) in source.Release.Images.Index())
            SkopeoRun.Layout(Path.Combine(root, $"layout-{i}"), image);
        Directory.CreateDirectory(Path.Combine(root, "temporary"));
        return Task.CompletedTask;
    }

    public async Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (i, image) in source.Release.Images.Index())
        {
            string[] from = ["--src-shared-blob-dir", _node.Options.BlobsPath, $"oci:{root}/layout-{i}"];
            await Tool.RunAsync(
                "skopeo",
                ["--insecure-policy", "--tmpdir", Path.Combine(root, "temporary"), "copy", "--quiet", .. from, $"containers-storage:[overlay@{Store}+{root}/run:overlay.skip_mount_home=true]{image.Name}"],
                cancellationToken);
        }
        await Tool.RunAsync("sync", ["-f", Store], cancellationToken);
        return await _node.ListAsync(Store, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
