using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// Which images the runtime has pulled for which generation, durable before each pull: so what was pulled for a bundle that was given up can be removed again, and what the
/// runtime had before is left alone. May be used from several threads.
/// </summary>
internal sealed class PullJournal
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private PullRecord _record = PullRecord.Empty;

    private PullJournal(string file) => _file = file;

    /// <exception cref="LoadException">It is damaged, or of a later version.</exception>
    public static PullJournal Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var journal = new PullJournal(Path.Combine(folder, "journal.json"));
        if (!File.Exists(journal._file))
            return journal;
        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(journal._file), PullJson.Default.PullRecord) is { Format: 1 } record)
                journal._record = record;
            else
                throw new LoadException("ImportFailed", $"{journal._file} has a format that this version does not know: use the version that wrote it.");
            return journal;
        }
        catch (JsonException e)
        {
            throw new LoadException("ImportFailed", $"{journal._file} is damaged ({e.Message}): remove it, then load again; images that were pulled for earlier bundles then stay.", e);
        }
    }

    public PullRecord Record
    {
        get
        {
            lock (_gate)
                return _record;
        }
    }

    public PulledGeneration? Find(string generation) => Record.Generations.FirstOrDefault(known => known.Name == generation);

    /// <summary>Puts an image into a generation, in the place of what is known of it. What was once pulled for a bundle is ours for every other, too.</summary>
    public void Put(string generation, PulledImage image)
    {
        lock (_gate)
        {
            var ours = image.Ours || _record.Generations.SelectMany(static known => known.Images).Any(known => known.Name == image.Name && known.Ours);
            var before = _record.Generations.FirstOrDefault(known => known.Name == generation) ?? new PulledGeneration(generation, false, []);
            var after = before with { Images = [.. before.Images.Where(known => known.Name != image.Name), image with { Ours = ours }] };
            Write(_record with { Generations = [.. _record.Generations.Where(known => known.Name != generation), after] });
        }
    }

    public void Publish(string generation)
    {
        lock (_gate)
        {
            var published = _record.Generations.First(known => known.Name == generation) with { WasPublished = true };
            Write(_record with { Published = generation, Generations = [.. _record.Generations.Where(known => known.Name != generation), published] });
        }
    }

    public void Forget(string generation)
    {
        lock (_gate)
            Write(_record with { Generations = [.. _record.Generations.Where(known => known.Name != generation)] });
    }

    private void Write(PullRecord record)
    {
        Durable.WriteFile(_file, JsonSerializer.Serialize(record, PullJson.Default.PullRecord));
        _record = record;
    }
}
