using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>Opens the files of a bundle, or the device that is one.</summary>
internal sealed class VolumeOpening(VolumeOptions options, string sysRoot)
{
    /// <summary>Opens all parts and has <paramref name="pieces"/> put them, by number, into the places where they belong.</summary>
    /// <exception cref="ContentException">As <see cref="IVolumeReader.OpenAsync"/>.</exception>
    public BundleBytes Open(FoundBundle bundle, Func<IReadOnlyDictionary<int, BundlePiece>, IReadOnlyList<BundlePiece>> pieces)
    {
        var owned = new OwnedMedium();
        try
        {
            var parts = bundle.Parts.ToDictionary(part => part.Number, OpenOf(bundle, owned));
            return new BundleBytes(pieces(parts), owned);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    private Func<FoundPart, BundlePiece> OpenOf(FoundBundle bundle, OwnedMedium owned)
    {
        if (bundle.Device is not { } facts)
            return part => Piece(part, part.Name, owned.Add(Opened(part.Name, bundle.Name)), static () => true);
        var device = owned.Add(InsertedDevice.Open(facts));
        bool IsThere() => device.IsThere(sysRoot);
        if (bundle.File is null)
            return part => new BundlePiece(0, part.Length, bundle.Name, new OpenedPart(device.Handle, part.Length, IsThere));
        var volume = owned.Add(Volume.Mount(device, facts.FileSystem!, options.MountFolder, facts.Node));
        return part => Piece(part, $"{facts.Node}, {part.Name}", owned.Add(volume.OpenFile(part.Name, 0)), IsThere);
    }

    private static BundlePiece Piece(FoundPart part, string name, SafeFileHandle handle, Func<bool> isThere) =>
        FileStatus.Of(handle) is { } status && (long)status.Size == part.Length
            ? new BundlePiece(0, part.Length, name, new OpenedPart(handle, part.Length, isThere))
            : throw new ContentException(Reasons.ReadFailed, $"{name} is not the file any more that was found. Insert the medium again.");

    private static SafeFileHandle Opened(string path, string bundle)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.ReadFailed, $"{bundle} cannot be opened: {e.Message.TrimEnd('.')}. Bring it back, or another copy.", e);
        }
    }

    /// <summary>What was opened, closed in the other order.</summary>
    private sealed class OwnedMedium : IDisposable
    {
        private readonly Stack<IDisposable> _opened = new();

        public T Add<T>(T opened)
            where T : IDisposable
        {
            _opened.Push(opened);
            return opened;
        }

        public void Dispose()
        {
            while (_opened.TryPop(out var opened))
                opened.Dispose();
        }
    }
}
