using System.Text;
using System.Text.Json;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Agent.Clients;

/// <summary>
/// What this node remembers of itself and of its clients, in two files of JSON lines in its state folder: when the newer one is full it takes the place of the older.
/// So they never take more than twice the limit. A line that a power loss has cut is left out. Safe for any thread.
/// </summary>
internal sealed class FactLog
{
    /// <summary>Bytes of one file.</summary>
    public const int FileLimit = 256 << 10;

    /// <summary>Facts in one answer at most, and bytes of their text: one message of Akka.Remote has 128,000 bytes.</summary>
    private const int PageFacts = 200, PageBytes = 60_000, LongestMessage = 2_000;

    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly string _newer, _older;
    private readonly Lock _gate = new();
    private readonly List<SiteFact> _facts = [];
    private long _size;
    private int _inOlder;
    private long _last;

    private FactLog(string folder, string node, TimeProvider time)
    {
        (_node, _time) = (node, time);
        (_newer, _older) = (Path.Combine(folder, "facts.jsonl"), Path.Combine(folder, "facts.older.jsonl"));
    }

    /// <summary>Reads what is there. Throws <see cref="IOException"/> when that cannot be read.</summary>
    public static FactLog Open(string folder, string node, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var log = new FactLog(folder, node, time);
        log.Read(log._older);
        log._inOlder = log._facts.Count;
        log.Read(log._newer);
        if (File.Exists(log._newer))
        {
            // A line that was cut ends here, so that the next one is not lost with it.
            File.AppendAllText(log._newer, "\n");
            log._size = new FileInfo(log._newer).Length;
        }
        return log;
    }

    /// <summary>Remembers a fact. One that cannot be written to the disk is remembered until the agent ends.</summary>
    public SiteFact Add(bool warning, string reason, string message)
    {
        lock (_gate)
        {
            var fact = new SiteFact(_node, ++_last, _time.GetUtcNow(), warning, reason, message.Length > LongestMessage ? message[..LongestMessage] : message);
            _facts.Add(fact);
            var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fact, FactJson.Default.SiteFact) + "\n");
            if (_size + line.Length > FileLimit)
                TurnOver();
            _size += line.Length;
            try
            {
                using var file = new FileStream(_newer, FileMode.Append, FileAccess.Write, FileShare.Read);
                file.Write(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk is told by the node's report; the agent goes on without.
            }
            return fact;
        }
    }

    /// <summary>The next facts after a number, in order, and whether there are more.</summary>
    public (IReadOnlyList<SiteFact> Facts, bool More) Page(long after, DateTimeOffset? since)
    {
        lock (_gate)
        {
            var page = new List<SiteFact>();
            var bytes = 0;
            foreach (var fact in _facts.Where(fact => fact.Number > after && (since is null || fact.At >= since)))
            {
                bytes += Encoding.UTF8.GetByteCount(fact.Message) + 200;
                if (page.Count == PageFacts || (bytes > PageBytes && page.Count > 0))
                    return (page, true);
                page.Add(fact);
            }
            return (page, false);
        }
    }

    /// <summary>All that is remembered, in order.</summary>
    public IReadOnlyList<SiteFact> All()
    {
        lock (_gate)
            return [.. _facts];
    }

    private void TurnOver()
    {
        try
        {
            File.Move(_newer, _older, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(_newer);
        }
        _facts.RemoveRange(0, _inOlder);
        _inOlder = _facts.Count - 1;
        _size = 0;
    }

    private void Read(string path)
    {
        if (!File.Exists(path))
            return;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0)
                continue;
            try
            {
                if (JsonSerializer.Deserialize(line, FactJson.Default.SiteFact) is { Number: var number } fact && number > _last)
                {
                    _facts.Add(fact);
                    _last = number;
                }
            }
            catch (JsonException)
            {
                // Cut by a power loss, or by a full disk.
            }
        }
    }
}
