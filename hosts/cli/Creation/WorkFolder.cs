using Handcarry.Cli.Rendering;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Creation;

/// <summary>
/// A hidden folder in which a bundle is made, by the digest of its release: the same command finds it again after an interruption. One process
/// at a time.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream exclusive)
    {
        Path = path;
        _lock = exclusive;
    }

    public string Path { get; }

    /// <exception cref="ContentException"><see cref="Reasons.OutputExists"/>: another process works there; <see cref="Reasons.WriteFailed"/>.</exception>
    public static WorkFolder Open(string parent, Digest release, bool discard)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $".upgrade-{release.Short}");
        try
        {
            Directory.CreateDirectory(path);
            var folder = new WorkFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            if (discard)
            {
                foreach (var entry in new DirectoryInfo(path).EnumerateDirectories())
                    entry.Delete(recursive: true);
            }
            return folder;
        }
        catch (IOException e) when (File.Exists(System.IO.Path.Combine(path, "lock")))
        {
            throw new ContentException(Reasons.OutputExists, $"Another handcarry is making a bundle of the same release in {path}. Wait for it, or choose another --output.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.WriteFailed, $"{parent} cannot be written: {e.Message} Choose another folder.", e);
        }
    }

    /// <summary>A folder within, made when it is not there.</summary>
    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>A folder within, empty.</summary>
    public string Fresh(string name)
    {
        Directory.Delete(Sub(name), recursive: true);
        return Sub(name);
    }

    /// <summary>Bytes that may still be written there.</summary>
    public long FreeSpace => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Removes the folder: its work is done.</summary>
    public void Delete()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    public void Dispose() => _lock.Dispose();

    public override string ToString() => $"{Path} ({HumanBytes.Of(FreeSpace)} free)";
}
