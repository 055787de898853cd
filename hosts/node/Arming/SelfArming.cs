using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>
/// Arms the agent's own node: each look that finds it not armed makes an attempt, one at a time, and says what came of it. A runtime that does not come up with the
/// changes is not tried again by this agent, as each attempt restarts it twice; nor is a node armed again that a person has disarmed.
/// </summary>
/// <param name="check">Whether the node is armed, and for what.</param>
/// <param name="arming">Arms it.</param>
/// <param name="time">The clock of <see cref="Patience"/>.</param>
public sealed class SelfArming(ArmingCheck check, NodeArming arming, TimeProvider time) : INodeArmed, IAsyncDisposable
{
    /// <summary>How long a look waits for an attempt; a restart may take longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<Remark?> _attempt = Task.FromResult<Remark?>(null);
    private Remark? _broken;

    /// <inheritdoc/>
    public async ValueTask<Remark?> LookAsync(CancellationToken cancellationToken)
    {
        Task<Remark?> attempt;
        lock (_gate)
        {
            if (_attempt.IsCompleted)
            {
                if (check.Look() is not { } lacking)
                    return null;
                if (_broken is { } broken)
                    return broken;
                if (lacking.Reason != ArmingReasons.NotArmed || check.IsToStayDisarmed)
                    return lacking;
                _attempt = AttemptAsync();
            }
            attempt = _attempt;
        }
        try
        {
            return await attempt.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new Remark(ArmingReasons.Arming, "This node is being armed: its configuration is in place, and its container runtime is being restarted.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _attempt;
        _stop.Dispose();
    }

    private async Task<Remark?> AttemptAsync()
    {
        await Task.Yield();
        try
        {
            var outcome = await arming.ArmAsync(check.Plan(), _stop.Token);
            return outcome.Waiting is { } waiting ? new Remark(ArmingReasons.NotArmed, waiting) : check.Look();
        }
        catch (ArmingException e) when (e.Reason == ArmingReasons.ServiceFailed)
        {
            return _broken = new Remark(e.Reason, $"{e.Message} When that is put right, give handcarry arm --restart on this node, or start its agent anew.");
        }
        catch (ArmingException e)
        {
            return new Remark(e.Reason, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Remark(ArmingReasons.HostFileFailed, $"This node cannot be armed: {e.Message} Let the agent write the host's files.");
        }
        catch (OperationCanceledException)
        {
            return new Remark(ArmingReasons.NotArmed, "The agent has ended while it was arming this node; it goes on when it is started again.");
        }
    }
}
