using System.Text.Json;
using System.Text.Json.Serialization;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>Which images are to be pinned, by the bundle they are pinned for; durable before a runtime is told.</summary>
/// <param name="file">Where it is kept; its folder is there or can be made.</param>
internal sealed class PinSets(string file)
{
    /// <exception cref="RuntimeException">PinsFailed: the file is damaged.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<WantedImage>> Read()
    {
        if (!File.Exists(file))
            return new Dictionary<string, IReadOnlyList<WantedImage>>();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), PinJson.Default.DictionaryStringStringArray)!
                .ToDictionary(static set => set.Key, static set => (IReadOnlyList<WantedImage>)[.. set.Value.Select(Parse)], StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"{file} is damaged ({e.Message}): remove it, then load again.", e);
        }
    }

    public void Write(IReadOnlyDictionary<string, IReadOnlyList<WantedImage>> sets)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Durable.WriteFile(file, JsonSerializer.Serialize(
            sets.ToDictionary(static set => set.Key, static set => set.Value.Select(static image => string.Join(' ', image.Names)).ToArray(), StringComparer.Ordinal),
            PinJson.Default.DictionaryStringStringArray));
    }

    // The name, and for a list the name by the digest of this node's manifest.
    private static WantedImage Parse(string names)
    {
        var parts = names.Split(' ');
        return new WantedImage(ImageName.Parse(parts[0]), parts.Length > 1 ? ImageName.Parse(parts[1]).Digest : null);
    }
}

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class PinJson : JsonSerializerContext;
