using System.Buffers.Binary;
using CsCheck;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Actors.Tests.Protocol;

/// <summary>Requests and answers on a connection of their own.</summary>
public sealed class ClientFramesTests
{
    [Fact]
    public async Task What_is_written_is_read_again_and_then_there_is_no_more()
    {
        using var stream = new MemoryStream();
        var request = new ClientRequest("t", new ClientCommand(ClientVerb.Login, "node-1") { SigningRequest = "pem" });
        await ClientFrames.WriteAsync(stream, request, default);
        await ClientFrames.WriteAsync(stream, request with { Token = "u" }, default);
        stream.Position = 0;
        Assert.Equal(request, await ClientFrames.ReadRequestAsync(stream, default));
        Assert.Equal("u", (await ClientFrames.ReadRequestAsync(stream, default))!.Token);
        Assert.Null(await ClientFrames.ReadRequestAsync(stream, default));
    }

    [Theory]
    [InlineData(ClientFrames.LongestRequest + 1)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_length_that_no_request_has_is_refused_before_anything_is_read(int length)
    {
        var frame = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        using var stream = new MemoryStream(frame);
        await Assert.ThrowsAsync<InvalidDataException>(() => ClientFrames.ReadRequestAsync(stream, default));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_an_error()
    {
        using var nothing = new MemoryStream();
        await Assert.ThrowsAsync<EndOfStreamException>(() => ClientFrames.ReadReplyAsync(nothing, default));
    }

    [Fact]
    public void Whatever_comes_is_a_request_or_none_or_one_of_two_errors() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        using var stream = new MemoryStream([0, 0, 0, (byte)bytes.Length, .. bytes]);
        try
        {
            _ = ClientFrames.ReadRequestAsync(stream, default).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // It is none.
        }
    });
}
