using Akka.Actor;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>An actor that a peer would like to deploy; notes in which systems it ran.</summary>
public sealed class Planted : UntypedActor
{
    public static List<string> RanIn { get; } = [];

    protected override void PreStart() => RanIn.Add(Context.System.Name);

    protected override void OnReceive(object message) => Unhandled(message);
}
