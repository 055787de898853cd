using System.Text;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Which names a store may have outside of its layers' files, and how layers refer to each other. The library would read what is not listed
/// here too: a planted volatile-layers.json adds layers, a changed "lower" stacks other folders under an image.
/// </summary>
internal sealed class StoreShape(StoreFolder store, IReadOnlyDictionary<string, LayerRecord> layers, IReadOnlyList<ImageRecord> images, Findings findings)
{
    private const int MaxNames = 200_000, MaxReference = 64 << 10, LinkLength = 26;

    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    public void Run()
    {
        Folder("", ["overlay", "overlay-images", "overlay-layers"], []);
        Folder("overlay-images", ["images.json", "images.lock", .. images.Select(static image => image.Id)], []);
        Folder("overlay-layers", ["layers.json", "layers.lock", .. layers.Values.Select(static layer => layer.TarSplit)], []);
        Folder("overlay", ["l", .. layers.Keys], []);
        foreach (var image in images.DistinctBy(static image => image.Id))
        {
            string[] files = [.. image.Documents.Keys.Select(DocumentName.FileOf)];
            Folder($"overlay-images/{image.Id}", files, files);
        }
        foreach (var layer in layers.Values)
        {
            Folder($"overlay/{layer.Id}", ["diff", "link", "lower", "merged", "work", "empty"], ["link", "lower"]);
            foreach (var empty in (string[])["merged", "work", "empty"])
                Folder($"overlay/{layer.Id}/{empty}", [], [], optional: true);
            if (Reference($"overlay/{layer.Id}/link") is { } link)
                _links[layer.Id] = link;
        }
        foreach (var layer in layers.Values)
            Lower(layer);
        Links();
    }

    private void Folder(string path, IReadOnlyCollection<string> allowed, string[] files, bool optional = false)
    {
        try
        {
            if (optional && Parent(path, out var name) is var parent)
            {
                using (parent)
                {
                    if (parent.StatusOf(name) is null)
                        return;
                }
            }
            var names = allowed.ToHashSet(StringComparer.Ordinal);
            using var folder = store.OpenFolder(path);
            foreach (var found in folder.Names(MaxNames))
            {
                if (!names.Contains(found))
                    findings.Add(Reasons.StoreContentUnexpected, Below(path, found), $"\"{StoreText.Show(Below(path, found))}\" does not belong into a store.");
                else if (files.Contains(found) && folder.StatusOf(found) is not { IsRegularFile: true })
                    findings.Add(Reasons.StoreDamaged, Below(path, found), $"\"{StoreText.Show(Below(path, found))}\" is not a regular file.");
            }
        }
        catch (IOException e)
        {
            findings.Add(Reasons.StoreDamaged, path, $"The folder \"{path}\" cannot be read: {e.Message}.");
        }
    }

    /// <summary>"lower" names the layers below, the nearest first, by their short links.</summary>
    private void Lower(LayerRecord layer)
    {
        var below = new List<string>();
        for (var id = layer.Parent; id is not null && layers.TryGetValue(id, out var parent) && below.Count <= layers.Count; id = parent.Parent)
            below.Add("l/" + _links.GetValueOrDefault(id, "?"));
        var path = $"overlay/{layer.Id}/lower";
        var lower = below.Count > 0 || Exists(path) ? Reference(path) : "";
        if (lower is not null && lower != string.Join(':', below))
            findings.Add(Reasons.StoreDamaged, path, $"Layer {layer.DiffId.Short}: \"{path}\" is \"{StoreText.Show(lower)}\" and does not name the layers below it.", layer: layer.DiffId);
    }

    private void Links()
    {
        try
        {
            var byLink = _links.GroupBy(static pair => pair.Value, static pair => pair.Key).ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
            using var folder = store.OpenFolder("overlay/l");
            foreach (var name in folder.Names(MaxNames))
            {
                var points = folder.StatusOf(name) is { Type: FileStatus.SymbolicLink } ? folder.LinkOf(name) : "nowhere";
                if (!byLink.Remove(name, out var id))
                    findings.Add(Reasons.StoreContentUnexpected, $"overlay/l/{name}", $"\"overlay/l/{StoreText.Show(name)}\" is the link of no layer.");
                else if (points != $"../{id}/diff")
                    findings.Add(Reasons.StoreDamaged, $"overlay/l/{name}", $"\"overlay/l/{name}\" points to \"{StoreText.Show(points)}\" and not to layer {id}.");
            }
            foreach (var (link, id) in byLink)
                findings.Add(Reasons.StoreDamaged, $"overlay/l/{link}", $"The link \"overlay/l/{StoreText.Show(link)}\" of layer {id} is missing: images with it would not run.");
        }
        catch (IOException e)
        {
            findings.Add(Reasons.StoreDamaged, "overlay/l", $"The folder \"overlay/l\" cannot be read: {e.Message}.");
        }
    }

    /// <summary>The text of a small file; a "link" must look like one, for it becomes part of mount options.</summary>
    private string? Reference(string path)
    {
        try
        {
            var text = Encoding.Latin1.GetString(StoreFile.Read(store, path, MaxReference));
            if (path.EndsWith("/link", StringComparison.Ordinal) && (text.Length != LinkLength || !text.All(char.IsAsciiLetterOrDigit)))
                throw new InvalidDataException($"\"{StoreText.Show(text)}\" is no link of {LinkLength} letters and digits");
            return text;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            findings.Add(Reasons.StoreDamaged, path, $"\"{path}\" cannot be read: {e.Message}.");
            return null;
        }
    }

    private bool Exists(string path)
    {
        try
        {
            using var folder = Parent(path, out var name);
            return folder.StatusOf(name) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private StoreFolder Parent(string path, out string name)
    {
        var slash = path.LastIndexOf('/');
        name = path[(slash + 1)..];
        return store.OpenFolder(path[..slash]);
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
}
