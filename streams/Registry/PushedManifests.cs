using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>
/// What peers have pushed, in one small file beside the blobs: which manifest stands under which name and tag. The file is replaced as a whole, synced, before a push is
/// answered, so what was answered survives a power cut.
/// </summary>
internal sealed class PushedManifests
{
    /// <summary>More are refused: the file is written anew for each.</summary>
    public const int Most = 10_000;

    private const string Source = "pushed";

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly RegistryIndex _index;
    private readonly List<RegistryManifest> _manifests;

    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>: the file is there but cannot be read.</exception>
    public PushedManifests(string file, RegistryIndex index)
    {
        (_file, _index) = (file, index);
        _manifests = Read(file);
        _index.Set(Source, [.. _manifests]);
    }

    /// <summary>Adds one; a tag that stood for another manifest of the repository stands for this one from now on.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.WriteFailed"/>; <see cref="Reasons.LimitExceeded"/>.</exception>
    public void Add(RegistryManifest manifest)
    {
        lock (_gate)
        {
            if (_manifests.Contains(manifest))
                return;
            var replaced = _manifests.FindIndex(other => other.Repository == manifest.Repository && other.Tag == manifest.Tag && (manifest.Tag is not null || other.Digest == manifest.Digest));
            if (replaced < 0 && _manifests.Count >= Most)
                throw new ContentException(Reasons.LimitExceeded, $"{Most} manifests have been pushed to this node; no more are taken.");
            List<RegistryManifest> changed = [.. _manifests];
            if (replaced >= 0)
            {
                // By its digest it can still be had.
                changed[replaced] = changed[replaced] with { Tag = null };
                changed = [.. changed.Distinct()];
            }

            changed.Add(manifest);
            DurableFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(
                new Entries([.. changed.Select(static one => new Entry(one.Repository, one.Digest.ToString(), one.MediaType, one.Tag, one.Subject?.ToString()))]),
                RegistryJson.Default.Entries));
            _manifests.Clear();
            _manifests.AddRange(changed);
            _index.Set(Source, [.. _manifests]);
        }
    }

    private static List<RegistryManifest> Read(string file)
    {
        try
        {
            var entries = JsonSerializer.Deserialize(File.ReadAllBytes(file), RegistryJson.Default.Entries);
            return [.. (entries?.Manifests ?? []).Select(static one => new RegistryManifest(
                one.Repository, Digest.Parse(one.Digest), one.MediaType, one.Tag, one.Subject is null ? null : Digest.Parse(one.Subject)))];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new ContentException(Reasons.ReadFailed, $"{file}, which says what was pushed to this node, cannot be read: {e.Message} Remove it to do without; the blobs stay.", e);
        }
    }

    internal sealed record Entries(IReadOnlyList<Entry> Manifests);

    internal sealed record Entry(string Repository, string Digest, string MediaType, string? Tag, string? Subject);
}
