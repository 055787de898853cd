using System.Text;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// The headers of a tar stream, fed with what lies between the contents of files. What an entry is, is read as Go's archive/tar reads it, for
/// that is what unpacked the layer: ustar with prefix, pax, long names and base-256 numbers of GNU tar.
/// .NET's TarReader will not do: it decodes attributes and names to text and buffers what it cannot seek in.
/// </summary>
internal sealed class TarHeaders
{
    private const int Block = 512;
    private const int MaxExtension = 1 << 20;

    private readonly byte[] _block = new byte[Block];
    private byte[] _extension = [];
    private int _filled;
    private long _padding;
    private char _extensionType;
    private int _extensionFilled = -1;
    private int _zeroBlocks;
    private Dictionary<string, string>? _pax;
    private string? _longName, _longLink;
    private TarEntry? _global;

    /// <summary>The entry whose headers are complete and whose content, if it has any, is next; null in between.</summary>
    public TarEntry? Current { get; private set; }

    /// <summary>Whether the archive has come to its end; what follows means nothing.</summary>
    public bool Ended => _zeroBlocks == 2;

    /// <summary>Whether the stream may end here, as Go sees it: also without the two blocks of zeros.</summary>
    public bool MayEnd => Ended || (Current is null && _filled == 0 && _extensionFilled < 0 && _pax is null && _longName is null && _longLink is null);

    /// <summary>Takes bytes of the stream that are no content of a file.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !Ended)
        {
            if (_padding > 0)
            {
                var skipped = (int)Math.Min(_padding, bytes.Length);
                _padding -= skipped;
                bytes = bytes[skipped..];
                continue;
            }
            if (Current is not null)
                throw new LayerFormatException($"the content of \"{StoreText.Show(Current.Name)}\" is not where its tar-split record says");
            bytes = _extensionFilled >= 0 ? FeedExtension(bytes) : FeedBlock(bytes);
        }
    }

    /// <summary>Says that the content of <see cref="Current"/> has passed.</summary>
    public void Pass()
    {
        if (Current!.HasContent)
            _padding = -Current.Size & (Block - 1);
        Current = null;
    }

    private ReadOnlySpan<byte> FeedBlock(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(Block - _filled, bytes.Length);
        bytes[..taken].CopyTo(_block.AsSpan(_filled));
        _filled += taken;
        if (_filled == Block)
        {
            _filled = 0;
            Header();
        }
        return bytes[taken..];
    }

    private ReadOnlySpan<byte> FeedExtension(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(_extension.Length - _extensionFilled, bytes.Length);
        bytes[..taken].CopyTo(_extension.AsSpan(_extensionFilled));
        _extensionFilled += taken;
        if (_extensionFilled == _extension.Length)
            Extension();
        return bytes[taken..];
    }

    private void Header()
    {
        if (!_block.AsSpan().ContainsAnyExcept((byte)0))
        {
            _zeroBlocks++;
            return;
        }
        if (_zeroBlocks > 0 || !ChecksumHolds())
            throw new LayerFormatException("a header of its tar stream is malformed");
        var type = (char)_block[156];
        var size = Number(124, 12);
        if (type is 'x' or TarEntry.Global or 'L' or 'K')
        {
            if (size > MaxExtension)
                throw new LayerFormatException($"a header of it is longer than {MaxExtension} bytes");
            (_extensionType, _extension, _extensionFilled) = (type, new byte[size], 0);
            _padding = 0;
            _global = type == TarEntry.Global ? new TarEntry { Name = Name(), Type = type } : null;
            if (size == 0)
                Extension();
            return;
        }
        Current = Complete(type, size);
        (_pax, _longName, _longLink) = (null, null, null);
    }

    private void Extension()
    {
        _extensionFilled = -1;
        _padding = -_extension.Length & (Block - 1);
        switch (_extensionType)
        {
            case 'x':
                _pax = PaxRecords.Parse(_extension);
                break;
            case TarEntry.Global:
                // Go hands it out as an entry that unpacking ignores, and applies it to nothing.
                Current = PaxRecords.Parse(_extension).TryGetValue("path", out var path) ? _global! with { Name = path } : _global;
                break;
            case 'L':
                _longName = Text(_extension);
                break;
            default:
                _longLink = Text(_extension);
                break;
        }
        _extension = [];
    }

    private TarEntry Complete(char type, long size)
    {
        var entry = new TarEntry
        {
            Name = _longName ?? Name(),
            Link = _longLink ?? Text(_block.AsSpan(157, 100)),
            Type = type == '\0' ? TarEntry.Regular : type,
            Size = size,
            Mode = (uint)Number(100, 8) & 0xFFF,
            Owner = Id(108),
            Group = Id(116),
            DeviceMajor = IsUstar || IsGnu ? (uint)Number(329, 8) : 0,
            DeviceMinor = IsUstar || IsGnu ? (uint)Number(337, 8) : 0,
        };
        if (_pax is not null)
            entry = PaxRecords.Apply(_pax, entry);
        if (entry.Type == TarEntry.Regular && entry.Name.EndsWith('/'))
            entry = entry with { Type = TarEntry.Folder };
        return entry.Type switch
        {
            TarEntry.Regular => entry,
            TarEntry.HardLink or TarEntry.SymbolicLink or TarEntry.CharacterDevice or TarEntry.BlockDevice or TarEntry.Folder or TarEntry.Fifo => entry with { Size = 0 },
            _ => throw new LayerFormatException($"\"{StoreText.Show(entry.Name)}\" is of type '{StoreText.Show($"{type}")}', which cannot be proved"),
        };
    }

    private bool IsUstar => _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);

    private bool IsGnu => _block.AsSpan(257, 8).SequenceEqual("ustar  \0"u8);

    private string Name()
    {
        var name = Text(_block.AsSpan(0, 100));
        var prefix = IsUstar ? Text(_block.AsSpan(345, _block.AsSpan(508, 4).SequenceEqual("tar\0"u8) ? 131 : 155)) : "";
        return prefix.Length > 0 ? prefix + "/" + name : name;
    }

    private bool ChecksumHolds()
    {
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : _block[i];
        return Number(148, 8) == sum;
    }

    private uint Id(int offset) =>
        Number(offset, 8) is var id and <= uint.MaxValue ? (uint)id : throw new LayerFormatException("an owner in its tar stream is out of range");

    /// <summary>An octal number, or one of GNU tar in base 256 whose first bit is set.</summary>
    private long Number(int offset, int length)
    {
        var field = _block.AsSpan(offset, length);
        long number = 0;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var (i, part) in field.ToArray().Index())
            {
                if (number >> 55 != 0 || (field[0] & 0x40) != 0)
                    throw new LayerFormatException("a number in its tar stream is out of range");
                number = (number << 8) | (uint)(i == 0 ? part & 0x7F : part);
            }
            return number;
        }
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit == 0)
                break;
            if (digit is < (byte)'0' or > (byte)'7')
                throw new LayerFormatException("a number in its tar stream is malformed");
            number = (number << 3) | (uint)(digit - '0');
        }
        return number;
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.Latin1.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);
}
