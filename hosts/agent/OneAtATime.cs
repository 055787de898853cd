using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Restarts;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>A runtime is restarted when it is this node's turn (<c>arming.restart: oneAtATime</c>).</summary>
internal sealed partial class OneAtATime : IRestartPermission, IAsyncDisposable
{
    private const string Lease = "handcarry-restart";

    /// <summary>Twice what a node needs that only lost sight of the API for a moment; the next node waits so long for one that died in its turn.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    private readonly ApiServer _api;
    private readonly LeaseFence _lease;
    private readonly RestartTurn _turn;

    /// <param name="options">The settings.</param>
    /// <param name="answers">Whether the node's runtime answers and is ready.</param>
    /// <param name="log">Where it is told what went wrong.</param>
    public OneAtATime(HandcarryOptions options, Func<CancellationToken, ValueTask<bool>> answers, ILogger<OneAtATime> log)
    {
        _api = new ApiServer(KubernetesConnection.Open(options.Kubernetes.Kubeconfig), TimeProvider.System);
        _lease = new LeaseFence(_api, options.Kubernetes.Namespace, Lease, options.Node.Name, Lasting);
        _turn = new RestartTurn(options.Node.Name, _lease, new NodeOutlookClient(_api, options.Node.Name), answers, sentence => Told(log, sentence), TimeProvider.System);
        _turn.Resume();
    }

    public async ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) =>
        await _turn.TakeAsync(cancellationToken) is { } refusal ? new RestartPermit(refusal) : new RestartPermit(null, new GivenBack(_turn));

    public async ValueTask DisposeAsync()
    {
        await _turn.DisposeAsync();
        _lease.Dispose();
        _api.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    private static partial void Told(ILogger log, string sentence);

    private sealed class GivenBack(RestartTurn turn) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            turn.Done();
            return ValueTask.CompletedTask;
        }
    }
}
