using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Handcarry.Hosts.OpenShift.Api;
using k8s;

namespace Handcarry.Hosts.OpenShift.Tests.Api;

/// <summary>Answers requests as a test says, without any server, and remembers them.</summary>
internal sealed class ScriptedApi : DelegatingHandler
{
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentQueue<Func<HttpResponseMessage>> _lists = new();
    private readonly ConcurrentQueue<Func<HttpResponseMessage>> _watches = new();

    /// <summary>Path and query of each request so far.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public IReadOnlyList<string> Watches => [.. _asked.Where(a => a.Contains("watch=true", StringComparison.Ordinal))];

    public IReadOnlyList<string> Lists => [.. _asked.Where(a => !a.Contains("watch=true", StringComparison.Ordinal))];

    public ApiServer Open(TimeProvider time) =>
        new(new KubernetesTransport(new KubernetesClientConfiguration { Host = "http://api.invalid" }, [this]), time);

    /// <summary>The next list, or other request, is answered so; when nothing is scripted, it fails.</summary>
    public void Answer(string json, HttpStatusCode code = HttpStatusCode.OK) =>
        _lists.Enqueue(() => new HttpResponseMessage(code) { Content = new StringContent(json, Encoding.UTF8, "application/json") });

    /// <summary>The next list, or other request, is answered with a body that the test writes, or does not.</summary>
    public WatchBody AnswerEndless()
    {
        var body = new WatchBody();
        _lists.Enqueue(() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body.Reader) });
        return body;
    }

    public void AnswerWatch(string json, HttpStatusCode code) =>
        _watches.Enqueue(() => new HttpResponseMessage(code) { Content = new StringContent(json, Encoding.UTF8, "application/json") });

    /// <summary>The next watch is open until the test ends it.</summary>
    public WatchBody AnswerWatch()
    {
        var body = new WatchBody();
        _watches.Enqueue(() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body.Reader) });
        return body;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!.PathAndQuery;
        _asked.Enqueue(asked);
        var answers = asked.Contains("watch=true", StringComparison.Ordinal) ? _watches : _lists;
        return answers.TryDequeue(out var answer)
            ? Task.FromResult(answer())
            : throw new HttpRequestException("Connection refused (nothing is scripted)");
    }

    internal sealed class WatchBody
    {
        private readonly Pipe _pipe = new();
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WatchBody() => Reader = new Closing(_pipe.Reader.AsStream(), _closed);

        public Stream Reader { get; }

        /// <summary>Completes when the client has closed the connection.</summary>
        public Task Closed => _closed.Task;

        public async Task SayAsync(string line) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

        public void End() => _pipe.Writer.Complete();

        public void Break() => _pipe.Writer.Complete(new IOException("Connection reset by peer"));
    }

    private sealed class Closing(Stream inner, TaskCompletionSource closed) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new InvalidOperationException("A watch must not be read synchronously: that takes a thread.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            closed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
