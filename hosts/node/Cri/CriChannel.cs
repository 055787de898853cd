using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>Questions to a runtime over its socket: a time limit for each, and another attempt where one is worth it.</summary>
internal sealed class CriChannel : IDisposable
{
    // What the kubelet accepts (kubernetes, staging/src/k8s.io/cri-client/pkg/remote_runtime.go: maxMsgSize).
    private const int MaxAnswer = 16 << 20;

    private readonly CriOptions _options;
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;

    public CriChannel(CriOptions options, TimeProvider time)
    {
        options.Validate();
        (_options, _time) = (options, time);
        // The name is for the header alone; every connection goes to the socket.
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxAnswer,
        });
    }

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>Asks until there is an answer, an error that stays, or no attempt left.</summary>
    /// <exception cref="RuntimeException">No answer, or an error.</exception>
    public async ValueTask<T> AskAsync<T>(CriQuestion question, Func<CallOptions, AsyncUnaryCall<T>> ask, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var call = ask(new CallOptions(deadline: (_time.GetUtcNow() + question.Timeout).UtcDateTime, cancellationToken: cancellationToken));
                return await call.ResponseAsync;
            }
            catch (RpcException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var failure = new CriFailure(e, question, _options.Socket);
                if (attempt == _options.Attempts || !failure.MayPass)
                    throw failure.ToException();
            }
            await Task.Delay(_options.FirstPause * Math.Pow(2, attempt - 1), _time, cancellationToken);
        }
    }

    public void Dispose() => _channel.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_options.Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
