using System.IO.Compression;
using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Protocol;

/// <summary>
/// JSON with a closed table of manifests: what a peer or a journal names as a type is looked up here and nowhere else, so the wire can
/// never make a type be loaded (reference/akka.md section 5.3). An unknown manifest is dropped and counted. A long message travels compressed: Akka.Remote drops what has
/// more than 128,000 bytes, and the reports of 500 nodes have three times that.
/// </summary>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly Dictionary<string, Type> ByManifest = new(StringComparer.Ordinal)
    {
        // control messages
        ["report1"] = typeof(NodeReport),
        ["plan1"] = typeof(CarryPlan),
        ["stop1"] = typeof(StopWork),
        ["finish1"] = typeof(FinishWork),
        ["want1"] = typeof(WantOffers),
        ["offer1"] = typeof(Offer),
        ["status?1"] = typeof(GetStatus),
        ["status1"] = typeof(StatusReply),
        ["site1"] = typeof(SiteSummary),
        ["digest?1"] = typeof(TakeDigest),
        ["judge?1"] = typeof(JudgeBundle),
        ["judge1"] = typeof(Judgement),
        ["client?1"] = typeof(ClientRequest),
        ["client1"] = typeof(ClientReply),

        // the node's journal
        ["j-begun1"] = typeof(WorkBegun),
        ["j-imported1"] = typeof(ImageImported),
        ["j-intended1"] = typeof(PublishIntended),
        ["j-published1"] = typeof(StorePublished),
        ["j-stopped1"] = typeof(WorkStopped),
        ["j-finished1"] = typeof(UpgradeFinished),
        ["j-freed1"] = typeof(BlobsFreed),
    };

    private static readonly Dictionary<Type, string> ByType = ByManifest.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Bytes from which on a message is compressed, and to which one may grow when it is taken apart.</summary>
    private const int Long = 32_000, Longest = 16 << 20;

    private static long _refused;

    /// <summary>How many messages this process has dropped because their manifest or content was not acceptable.</summary>
    public static long Refused => Interlocked.Read(ref _refused);

    /// <summary>The manifests this version understands.</summary>
    public static IReadOnlyCollection<string> Manifests => ByManifest.Keys;

    /// <inheritdoc/>
    public override int Identifier => 4200;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        ByType.TryGetValue(o.GetType(), out var manifest)
            ? manifest
            : throw new SerializationException($"{o.GetType()} has no manifest: add it to the table of {nameof(WireSerializer)}.");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), WireJson.Default);
        if (json.Length < Long)
            return json;
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
            gzip.Write(json);
        return to.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            if (ByManifest.TryGetValue(manifest, out var type) && JsonSerializer.Deserialize(Json(bytes), type, WireJson.Default) is { } message)
                return message;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            Interlocked.Increment(ref _refused);
            throw new SerializationException($"A message with manifest \"{manifest}\" does not have the form this version knows: {e.Message}", e);
        }

        Interlocked.Increment(ref _refused);
        throw new SerializationException($"The manifest \"{manifest}\" is not in this version's table; the message is dropped.");
    }

    // JSON begins with none of the bytes of gzip (RFC 1952 section 2.3.1). What a peer sends may not grow without end.
    private static ReadOnlySpan<byte> Json(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
            return bytes;
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var to = new MemoryStream();
        var buffer = new byte[16_384];
        for (int read; (read = gzip.Read(buffer)) > 0;)
        {
            if (to.Length + read > Longest)
                throw new InvalidDataException($"It has more than {Longest} bytes.");
            to.Write(buffer, 0, read);
        }
        return to.GetBuffer().AsSpan(0, (int)to.Length);
    }
}
