using System.Globalization;
using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>
/// What of a draft has been written, as lines that are only ever appended: <c>layout</c>, <c>chunk</c>, <c>stored</c>, <c>unpacked</c>,
/// <c>lost</c>. It survives the process; after a power cut the draft's bytes have to be looked at again, because nothing was synced.
/// </summary>
internal sealed class DraftJournal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly Dictionary<int, DraftedBlob> _blobs = [];

    private DraftJournal(FileStream file, Digest layout)
    {
        _file = file;
        Layout = layout;
    }

    /// <summary>The layout that is drafted.</summary>
    public Digest Layout { get; private set; }

    /// <summary>Opens the journal of a layout, new or the one of an earlier run; <see cref="Layout"/> then tells whose it is.</summary>
    public static DraftJournal Open(string path, Digest layout)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var journal = new DraftJournal(file, layout);
        journal.ReadAll();
        if (file.Length == 0)
            journal.Append($"layout {layout}");
        return journal;
    }

    /// <summary>What is known of a blob.</summary>
    public DraftedBlob Of(int blob)
    {
        lock (_lock)
            return _blobs.TryGetValue(blob, out var known) ? known : DraftedBlob.Nothing;
    }

    /// <summary>The next chunk of a blob has been written.</summary>
    public void Chunk(int blob, Digest chunk) => Record($"chunk {blob} {chunk}");

    /// <summary>A blob has been written and is what its digest says.</summary>
    public void Stored(int blob) => Record($"stored {blob}");

    /// <summary>A layer has this many bytes when it is decompressed.</summary>
    public void Unpacked(int blob, long size) => Record($"unpacked {blob} {size.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Of a blob only so many chunks are right; it has to be fetched from there.</summary>
    public void Lost(int blob, int chunks) => Record($"lost {blob} {chunks}");

    public void Dispose() => _file.Dispose();

    private void Record(string line)
    {
        lock (_lock)
        {
            Apply(line);
            Append(line);
        }
    }

    private void Append(string line)
    {
        try
        {
            _file.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
        catch (IOException e)
        {
            throw WriteErrors.Of(e, _file.Name);
        }
    }

    private void ReadAll()
    {
        using var reader = new StreamReader(_file, Encoding.ASCII, leaveOpen: true);
        var text = reader.ReadToEnd();
        // A line that a killed run did not finish never happened.
        var end = text.LastIndexOf('\n') + 1;
        _file.SetLength(end);
        foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Apply(line);
        _file.Seek(0, SeekOrigin.End);
    }

    private void Apply(string line)
    {
        var words = line.Split(' ');
        if (words[0] == "layout")
        {
            Layout = Digest.Parse(words[1]);
            return;
        }
        var blob = int.Parse(words[1], CultureInfo.InvariantCulture);
        var known = _blobs.GetValueOrDefault(blob, DraftedBlob.Nothing);
        _blobs[blob] = words[0] switch
        {
            "chunk" => known.With(Digest.Parse(words[2])),
            "stored" => known with { IsStored = true },
            "unpacked" => known with { UnpackedSize = long.Parse(words[2], CultureInfo.InvariantCulture) },
            "lost" => new DraftedBlob([.. known.Chunks.Take(int.Parse(words[2], CultureInfo.InvariantCulture))], false, null),
            _ => throw new FormatException($"\"{line}\" is no line of a draft's journal."),
        };
    }
}
