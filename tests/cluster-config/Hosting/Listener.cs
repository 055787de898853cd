using System.Collections.Concurrent;
using Akka.Actor;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>Keeps what it hears, and answers what was said.</summary>
internal sealed class Listener : UntypedActor
{
    private readonly ConcurrentQueue<object> _heard;

    public Listener(ConcurrentQueue<object> heard) => _heard = heard;

    protected override void OnReceive(object message)
    {
        _heard.Enqueue(message);
        if (message is Said said)
            Sender.Tell(new Said("heard " + said.Text));
    }
}
