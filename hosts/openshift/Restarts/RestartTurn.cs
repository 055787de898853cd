using Handcarry.Actors.Cluster;

namespace Handcarry.Hosts.OpenShift.Restarts;

/// <summary>
/// This node's turn to restart its container runtime: a lease that one node of the cluster holds at a time.
/// <code>
///   free --Take: node healthy, no upgrade, lease ours--> restarting --Done--> recovering --runtime answers, node Ready--> free
///                                                            ^                    |
///                                                            +----Take again------+   what the restart has broken may be put right
/// </code>
/// The lease is renewed all the while, so a node whose runtime does not come back keeps the others from doing the same. It is not given back when the agent
/// ends: the same node goes on with its turn when its agent is back, and others may take it when it has been silent for its time.
/// </summary>
public sealed class RestartTurn : IAsyncDisposable
{
    /// <summary>How often it is looked whether the node has recovered.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    private readonly string _node;
    private readonly IFence _lease;
    private readonly INodeOutlook _outlook;
    private readonly Func<CancellationToken, ValueTask<bool>> _answers;
    private readonly Action<string> _tell;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();

    private Task _keeping = Task.CompletedTask;
    private bool _kept;
    private int _restarting;

    /// <summary>Sends nothing yet.</summary>
    /// <param name="node">The node's name, which is the lease's holder.</param>
    /// <param name="lease">The lease that all nodes compete for.</param>
    /// <param name="outlook">How the cluster sees the node.</param>
    /// <param name="answers">Whether the node's runtime answers and calls itself ready. The kubelet tells an unchanged state every few minutes only, so what counts first is the runtime's own word.</param>
    /// <param name="tell">Is told what a person may want to know, once for each fact.</param>
    /// <param name="time">The clock between two looks.</param>
    public RestartTurn(string node, IFence lease, INodeOutlook outlook, Func<CancellationToken, ValueTask<bool>> answers, Action<string> tell, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        (_node, _lease, _outlook, _answers, _tell, _time) = (node, lease, outlook, answers, tell, time);
    }

    /// <summary>
    /// Takes the turn; null when it is ours, otherwise why not now, as a sentence. A turn that is ours already is kept without looking at the node, as whatever is
    /// wrong with it may come from the restart.
    /// </summary>
    public async ValueTask<string?> TakeAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_kept || !_lease.IsHeld)
            {
                if ((await _outlook.LookAsync(cancellationToken)).ObstacleFor(_node) is { } obstacle)
                    return obstacle;
                if (!await _lease.TryHoldAsync(cancellationToken))
                    return await RefusalAsync(cancellationToken);
                if (!_kept)
                    _keeping = Task.WhenAll(_keeping, KeepAsync());
                _kept = true;
            }
            Interlocked.Increment(ref _restarting);
            return null;
        }
        catch (ApiUnavailableException e)
        {
            return $"Whether the runtime of node {_node} may be restarted cannot be asked: {e.Message}";
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A restart that the turn was taken for is over, well or badly. When none goes on any more, the turn is given back as soon as the runtime answers and the node is Ready.</summary>
    public void Done() => Interlocked.Decrement(ref _restarting);

    /// <summary>Goes on with the turn that an agent of this node has left when it ended, if there is one.</summary>
    public void Resume() => _keeping = ResumeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _gate.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<string> RefusalAsync(CancellationToken cancellationToken)
    {
        var holder = await _lease.HolderAsync(cancellationToken);
        return $"{(holder.Length > 0 ? $"Node {holder}" : "Another node")} is restarting its container runtime, and one does at a time: node {_node} comes after it.";
    }

    private async Task ResumeAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await IsLeftOverAsync(_stop.Token))
                    await KeepAsync();
                return;
            }
            catch (ApiUnavailableException)
            {
                await PauseAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask<bool> IsLeftOverAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return !_kept && (_kept = await _lease.HolderAsync(cancellationToken) == _node);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task KeepAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await IsOverAsync(_stop.Token))
                    return;
            }
            catch (ApiUnavailableException)
            {
                // The lease lasts longer than a moment, and belief in it ends by itself.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await PauseAsync();
        }
    }

    private async ValueTask<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!await _lease.TryHoldAsync(cancellationToken))
            {
                _kept = false;
                _tell($"The turn of node {_node} to restart its runtime has passed to another, as the API was away for too long: two may have been restarting theirs. Look whether both nodes are Ready.");
                return true;
            }
            if (Volatile.Read(ref _restarting) > 0 || !await _answers(cancellationToken) || !(await _outlook.LookAsync(cancellationToken)).IsReady)
                return false;
            await _lease.ReleaseAsync(cancellationToken);
            _kept = false;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(Tick, _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Ending.
        }
    }
}
