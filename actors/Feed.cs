using Akka.Actor;

namespace Handcarry.Actors;

/// <summary>
/// Carries an endless sequence from a port to an actor, one message per element, until disposed. When the sequence ends or fails, the
/// actor gets <see cref="Ended"/>, once, and decides itself what that means.
/// </summary>
internal sealed class Feed : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private Feed()
    {
    }

    /// <summary>The sequence called <paramref name="Name"/> has ended; <paramref name="Cause"/> says why when it failed.</summary>
    public sealed record Ended(string Name, Exception? Cause);

    public static Feed Start<T>(string name, IActorRef to, Func<CancellationToken, IAsyncEnumerable<T>> sequence, Func<T, object> message)
    {
        var feed = new Feed();
        _ = Task.Run(() => feed.RunAsync(name, to, sequence, message));
        return feed;
    }

    public void Dispose()
    {
        // Not disposed: the sequence may still look at the token while it winds down.
        _stop.Cancel();
    }

    private async Task RunAsync<T>(string name, IActorRef to, Func<CancellationToken, IAsyncEnumerable<T>> sequence, Func<T, object> message)
    {
        try
        {
            await foreach (var element in sequence(_stop.Token).WithCancellation(_stop.Token))
                to.Tell(message(element), ActorRefs.NoSender);
            to.Tell(new Ended(name, null), ActorRefs.NoSender);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever disposed does not want to hear of it.
        }
        catch (Exception e)
        {
            to.Tell(new Ended(name, e), ActorRefs.NoSender);
        }
    }
}
