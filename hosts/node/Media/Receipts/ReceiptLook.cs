using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;

namespace Handcarry.Hosts.Node.Media.Receipts;

/// <summary>Reads what a file system that is labelled <see cref="ReceiptRequest.Label"/> asks for.</summary>
internal static class ReceiptLook
{
    /// <exception cref="ContentException"><see cref="Reasons.InvalidReceipt"/>, <see cref="Reasons.ReadFailed"/>, <see cref="VolumeReasons.NotAFile"/>.</exception>
    public static ReceiptWish At(Volume volume)
    {
        var request = Read(volume, ReceiptRequest.FileName, ReceiptRequest.MostBytes)
            ?? throw new ContentException(
                Reasons.InvalidReceipt,
                $"A file system is labelled {ReceiptRequest.Label} and has no {ReceiptRequest.FileName}: nothing is written to it. Make the stick again with `handcarry write --receipt`.");
        return new ReceiptWish(ReceiptRequest.Parse(request.Span), Read(volume, ReceiptRequest.ReceiptFileName, SignedReceipt.MostBytes));
    }

    private static ReadOnlyMemory<byte>? Read(Volume volume, string file, int most)
    {
        if (FileStatus.Of(volume.Top, file) is null)
            return null;
        using var handle = volume.OpenFile(file, 0);
        var bytes = new byte[most + 1];
        var length = 0;
        try
        {
            for (int read; length < bytes.Length && (read = RandomAccess.Read(handle, bytes.AsSpan(length), length)) > 0;)
                length += read;
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.ReadFailed, $"{file} cannot be read: {e.Message}. Insert the medium again.", e);
        }

        return length <= most ? bytes.AsMemory(0, length) : throw new ContentException(Reasons.InvalidReceipt, $"{file} has more than {most} bytes, and is none that handcarry has made.");
    }
}
