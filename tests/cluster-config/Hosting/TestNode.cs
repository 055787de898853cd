using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using Handcarry.ClusterConfig.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>An agent's actor system in this process, configured by the product.</summary>
internal sealed class TestNode(IHost host, HandcarryOptions options) : IAsyncDisposable
{
    private bool _stopped;

    public HandcarryOptions Options { get; } = options;

    public ActorSystem System { get; } = host.Services.GetRequiredService<ActorSystem>();

    public Cluster Cluster => Cluster.Get(System);

    public Endpoint Endpoint => new(Cluster.SelfAddress.Host!, Cluster.SelfAddress.Port!.Value);

    public IActorRef Actor<TKey>() => host.Services.GetRequiredService<ActorRegistry>().Get<TKey>();

    /// <summary>Leaves the cluster as on SIGTERM: the host's stop runs the coordinated shutdown.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await host.StopAsync();
        host.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
