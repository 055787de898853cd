using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>
/// A sealed store under the path that a runtime watches: mounted beside it, read-only, and published in one step, a bind mount
/// over the folder that was there before (reference/container-storage.md section 0, fact 1).
/// </summary>
/// <param name="store">The sealed store's file.</param>
/// <param name="root">Folder for both, without anything else of these names.</param>
internal sealed class SealedPublication(string store, string root) : IAsyncDisposable
{
    /// <summary>The path that the runtime watches.</summary>
    public string PublishedPath => Path.Combine(root, "store");

    /// <summary>Where the store is mounted.</summary>
    public string Mount { get; } = Path.Combine(root, "mounted");

    /// <summary>Mounts it where the runtime does not look.</summary>
    public async Task MountAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Mount);
        await Tool.RunAsync("mount", ["-t", "squashfs", "-o", "ro,loop,nosuid,nodev", store, Mount], cancellationToken);
    }

    /// <summary>Lets the runtime see it.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(PublishedPath);
        await Tool.RunAsync("mount", ["--bind", Mount, PublishedPath], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mounted in (string[])[PublishedPath, Mount])
        {
            if (Directory.Exists(mounted))
                await Tool.TryAsync("umount", [mounted], CancellationToken.None);
        }
    }
}
