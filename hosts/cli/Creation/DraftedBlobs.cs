using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Cli.Creation;

/// <summary>
/// Takes the blobs of one image at a time out of a draft, as files: the tool that unpacks them wants files, and all at once would double the disk.
/// </summary>
internal sealed class DraftedBlobs : IImageBlobSource, IDisposable
{
    private readonly BundleDraft _draft;
    private readonly string _folder;
    private readonly Dictionary<Digest, int> _places;
    private readonly Dictionary<Digest, int> _users = [];
    private readonly SemaphoreSlim _lock = new(1);

    /// <param name="draft">Has all blobs of all images.</param>
    /// <param name="folder">Exists, empty.</param>
    public DraftedBlobs(BundleDraft draft, string folder)
    {
        _draft = draft;
        _folder = folder;
        _places = draft.Layout.Plan.Blobs.Select(static (blob, i) => (blob.Digest, i)).ToDictionary();
        Directory.CreateDirectory(Path.Combine(folder, "sha256"));
    }

    public async ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken)
    {
        List<Digest> blobs = [image.Name.Digest, image.ManifestDigest, image.ConfigDigest, .. image.Layers.Select(static l => l.Digest)];
        await _lock.WaitAsync(cancellationToken);
        try
        {
            foreach (var blob in blobs.Distinct())
            {
                if (_users.TryAdd(blob, 0))
                    await ExtractAsync(blob, cancellationToken);
                _users[blob]++;
            }
        }
        finally
        {
            _lock.Release();
        }
        return new ImageBlobs(_folder, () => ReleaseAsync(blobs.Distinct()));
    }

    public void Dispose() => _lock.Dispose();

    private async Task ExtractAsync(Digest blob, CancellationToken cancellationToken)
    {
        await using var source = _draft.OpenRead(_places[blob]);
        await using var file = new FileStream(PathOf(blob), FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        await source.CopyToAsync(file, 1 << 20, cancellationToken);
    }

    private async ValueTask ReleaseAsync(IEnumerable<Digest> blobs)
    {
        await _lock.WaitAsync();
        try
        {
            foreach (var blob in blobs)
            {
                if (--_users[blob] > 0)
                    continue;
                _users.Remove(blob);
                File.Delete(PathOf(blob));
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    private string PathOf(Digest blob) => Path.Combine(_folder, "sha256", blob.Hex);
}
