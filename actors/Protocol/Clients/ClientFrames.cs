using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Handcarry.Actors.Protocol.Clients;

/// <summary>
/// Requests and answers on a connection of their own, beside Akka.Remote: the length of what follows in four bytes, the most significant first, then JSON as
/// <see cref="WireSerializer"/> writes it. One answer follows each request.
/// </summary>
public static class ClientFrames
{
    /// <summary>Bytes of a request at most; tokens have some thousands.</summary>
    public const int LongestRequest = 128 << 10;

    /// <summary>Bytes of an answer at most; the reports of 500 nodes have some 400,000.</summary>
    public const int LongestReply = 16 << 20;

    /// <summary>What both ends name in the handshake (RFC 7301), so that whoever has taken another port is told so.</summary>
    public const string Protocol = "handcarry-client/1";

    /// <summary>Sends a request.</summary>
    public static Task WriteAsync(Stream stream, ClientRequest request, CancellationToken cancellationToken) =>
        WriteAsync(stream, request, WireJson.Default.ClientRequest, cancellationToken);

    /// <summary>Sends an answer.</summary>
    public static Task WriteAsync(Stream stream, ClientReply reply, CancellationToken cancellationToken) =>
        WriteAsync(stream, reply, WireJson.Default.ClientReply, cancellationToken);

    /// <summary>The next request; null when there are no more. Throws <see cref="InvalidDataException"/> for what is none, and <see cref="IOException"/>.</summary>
    public static Task<ClientRequest?> ReadRequestAsync(Stream stream, CancellationToken cancellationToken) =>
        ReadAsync(stream, LongestRequest, WireJson.Default.ClientRequest, cancellationToken);

    /// <summary>The answer. Throws <see cref="InvalidDataException"/> for what is none, and <see cref="IOException"/> when there is none.</summary>
    public static async Task<ClientReply> ReadReplyAsync(Stream stream, CancellationToken cancellationToken) =>
        await ReadAsync(stream, LongestReply, WireJson.Default.ClientReply, cancellationToken) ?? throw new EndOfStreamException("The agent closed the connection.");

    private static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var frame = new byte[sizeof(int) + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, json.Length);
        json.CopyTo(frame, sizeof(int));
        await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static async Task<T?> ReadAsync<T>(Stream stream, int longest, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        ArgumentNullException.ThrowIfNull(stream);
        var header = new byte[sizeof(int)];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;
        if (read < header.Length)
            throw new EndOfStreamException("The connection ended within a message.");
        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length < 0 || length > longest)
            throw new InvalidDataException($"A message has {(uint)length} bytes, {longest} at most are taken.");
        var json = new byte[length];
        await stream.ReadExactlyAsync(json, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("A message is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A message does not have the form this version knows: {e.Message}", e);
        }
    }
}
