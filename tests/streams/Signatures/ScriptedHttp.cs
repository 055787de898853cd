using System.Net;

namespace Handcarry.Streams.Tests.Signatures;

/// <summary>A server that answers at once, from a script. Null is silence.</summary>
internal sealed class ScriptedHttp(Func<Uri, int, HttpResponseMessage?> answer) : HttpMessageHandler
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public static HttpResponseMessage Ok(byte[] body) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };

    public static HttpResponseMessage Status(HttpStatusCode status) => new(status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (answer(request.RequestUri!, Interlocked.Increment(ref _requests)) is { } answered)
            return answered;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException();
    }
}
