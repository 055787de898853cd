using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Keeps metadata.json as it was while it is written anew, in a file beside the bundle: a write may be cut in two by a power cut.</summary>
internal sealed class SigningUndo(string path, PartedFile bundle)
{
    /// <summary>Puts back what a signing that was cut off left, unless the bundle has become another since.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>, <see cref="Reasons.WriteFailed"/>.</exception>
    public void RestoreIfThere()
    {
        try
        {
            if (!File.Exists(path))
                return;
            var before = File.ReadAllBytes(path);
            if (BelongsTo(before))
            {
                bundle.Write(before, UstarHeader.Block);
                bundle.Flush();
            }
            Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.ReadFailed, $"{path}, which is left of a signing that was cut off, cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Keeps what is there before it is changed.</summary>
    public void Keep(byte[] before) => DurableFile.Write(path, before);

    /// <summary>Says that the change is complete.</summary>
    public void Remove() => File.Delete(path);

    // The header before it and the inventory after it are never changed by signing.
    private bool BelongsTo(byte[] before)
    {
        try
        {
            var metadata = MetadataRules.Parse(before, new BundleLimits());
            var start = new byte[UstarHeader.Block];
            using var front = bundle.OpenRead(0, bundle.Length);
            front.ReadExactly(start);
            if (!start.AsSpan().SequenceEqual(new UstarHeader(EntryName.Metadata, before.Length).ToBlock()))
                return false;
            front.Position = UstarHeader.EntryLength(before.Length);
            front.ReadExactly(start);
            return UstarHeader.TryRead(start, out var header, out _) && header.Name == EntryName.Of(metadata.Commitment);
        }
        catch (Exception e) when (e is ContentException or EndOfStreamException)
        {
            return false;
        }
    }
}
