using System.Buffers.Binary;
using System.Text;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// The 512-byte header of a tar entry: POSIX.1-1988 ustar, with GNU's base-256 form for sizes of 8 GiB and more (tar(5), GNU tar manual
/// "Basic Tar Format"). Only regular files with a name of the closed set exist here: no links, no extended headers, no prefix, so a
/// header can neither name a path nor ask for memory. What it writes is fixed: mode 0644, owner and time 0.
/// </summary>
/// <param name="Name">Name of the entry, one of <see cref="EntryName"/>.</param>
/// <param name="Size">Length of its data in bytes.</param>
internal readonly record struct UstarHeader(string Name, long Size)
{
    /// <summary>Headers, and data with its padding, come in blocks of this many bytes.</summary>
    public const int Block = 512;

    /// <summary>Two zero blocks end an archive.</summary>
    public const int EndBytes = 2 * Block;

    // Largest size that eleven octal digits hold.
    private const long MaxOctal = (1L << 33) - 1;

    private static readonly Range NameField = 0..100, ModeField = 100..108, UidField = 108..116, GidField = 116..124;
    private static readonly Range SizeField = 124..136, TimeField = 136..148, ChecksumField = 148..156, LinkField = 157..257;
    private static readonly Range MagicField = 257..265, PrefixField = 345..500;
    private const int TypeField = 156;
    private const byte RegularFile = (byte)'0';

    private static ReadOnlySpan<byte> Magic => "ustar\000"u8;

    /// <summary>Zero bytes between the data and the next header.</summary>
    public static int Padding(long size) => (int)(-size & (Block - 1));

    /// <summary>Bytes of an entry: its header, its data and the padding.</summary>
    public static long EntryLength(long size) => Block + size + Padding(size);

    /// <summary>The header as one block.</summary>
    public byte[] ToBlock()
    {
        var block = new byte[Block];
        Write(block);
        return block;
    }

    /// <summary>Writes the header into exactly one block.</summary>
    public void Write(Span<byte> block)
    {
        block[..Block].Clear();
        Encoding.ASCII.GetBytes(Name, block[NameField]);
        Octal(block[ModeField], 0b110_100_100);
        Octal(block[UidField], 0);
        Octal(block[GidField], 0);
        if (Size <= MaxOctal)
        {
            Octal(block[SizeField], Size);
        }
        else
        {
            block[SizeField.Start.Value] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(block[SizeField][4..], Size);
        }
        Octal(block[TimeField], 0);
        block[TypeField] = RegularFile;
        Magic.CopyTo(block[MagicField]);
        Octal(block[ChecksumField][..7], Checksum(block));
        block[ChecksumField.End.Value - 1] = (byte)' ';
    }

    /// <summary>Reads one block; on false <paramref name="error"/> says what is wrong with it, to go after "is".</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, out UstarHeader header, out string error)
    {
        header = default;
        if (!block[MagicField].SequenceEqual(Magic))
            return Fails("no tar entry of a bundle (ustar)", out error);
        if (!TryOctal(block[ChecksumField][..7], out var checksum) || block[ChecksumField.End.Value - 1] != ' ' || checksum != Checksum(block))
            return Fails("a tar entry whose header checksum is wrong", out error);
        if (block[TypeField] != RegularFile)
            return Fails($"a tar entry of type {block[TypeField]}, not a regular file", out error);
        if (block[LinkField].ContainsAnyExcept((byte)0) || block[PrefixField].ContainsAnyExcept((byte)0))
            return Fails("a tar entry with a link or a path prefix", out error);
        if (!TryName(block[NameField], out var name))
            return Fails("a tar entry with a name that no bundle has", out error);
        if (!TrySize(block[SizeField], out var size))
            return Fails($"the entry {name} with a size that cannot be read", out error);
        header = new UstarHeader(name, size);
        error = "";
        return true;
    }

    private static bool Fails(string why, out string error)
    {
        error = why;
        return false;
    }

    private static bool TryName(ReadOnlySpan<byte> field, out string name)
    {
        var end = field.IndexOf((byte)0);
        name = "";
        if (end <= 0 || field[end..].ContainsAnyExcept((byte)0))
            return false;
        name = Encoding.Latin1.GetString(field[..end]);
        return EntryName.IsKnown(name);
    }

    // One number has one form: octal as far as it reaches, base-256 beyond.
    private static bool TrySize(ReadOnlySpan<byte> field, out long size)
    {
        if (field[0] != 0x80)
            return TryOctal(field, out size);
        size = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
        return size > MaxOctal && !field[1..4].ContainsAnyExcept((byte)0);
    }

    private static bool TryOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        foreach (var digit in field[..^1])
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return field[^1] == 0;
    }

    private static void Octal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }

    // The sum of all bytes, those of the checksum itself counted as spaces.
    private static long Checksum(ReadOnlySpan<byte> block)
    {
        long sum = 8 * ' ';
        foreach (var b in block[..ChecksumField.Start.Value])
            sum += b;
        foreach (var b in block[ChecksumField.End.Value..Block])
            sum += b;
        return sum;
    }
}
