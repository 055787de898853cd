using System.Formats.Tar;
using Handcarry.Lab.Release;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Demo;

/// <summary>One flipped bit in the middle of a layer of a bundle, as a bad medium would have it.</summary>
/// <param name="Image">The image that the layer belongs to, and no other.</param>
/// <param name="Blob">The layer.</param>
/// <param name="Offset">Where in the bundle the bit is, in bytes.</param>
internal sealed record BundleFault(MadeImage Image, Digest Blob, long Offset)
{
    /// <summary>Flips a bit in the bundle itself.</summary>
    public static BundleFault Inject(string bundle, MadeRelease release)
    {
        // Of middle size, so that images come before it and after it; the release image shares all layers but one with another.
        var image = release.Payload
            .Where(static image => image.Tag != ReleasePlan.OperatorTag)
            .OrderBy(static image => image.Layers[^1].Size)
            .ElementAt((release.Payload.Count - 1) / 2);
        var blob = image.Layers[^1];
        using var file = new FileStream(bundle, FileMode.Open, FileAccess.ReadWrite);
        var offset = Find(file, blob.Digest) + (blob.Size / 2);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
        file.Flush(flushToDisk: true);
        return new BundleFault(image, blob.Digest, offset);
    }

    private static long Find(FileStream bundle, Digest blob)
    {
        using var tar = new TarReader(bundle, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(blob.Hex, StringComparison.Ordinal))
                return entry.DataOffset;
        }

        throw new InvalidOperationException($"{blob} is not in the bundle.");
    }
}
