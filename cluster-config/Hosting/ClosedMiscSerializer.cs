using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>
/// Akka's serializer for its miscellaneous messages, reduced to those a cluster needs. What is left out: <c>Kill</c> and the request to restart,
/// which stop an actor even in untrusted mode (shown with Akka 1.5.74: only <c>PoisonPill</c> is dropped there); <c>Status.Failure</c>, whose exception
/// is built from a type name in the message; configuration and routers, which only remote deployment needs.
/// </summary>
public sealed class ClosedMiscSerializer : SerializerWithStringManifest
{
    // Akka.Remote.Serialization.MiscMessageSerializer 1.5.74: Identify, ActorIdentity, ActorRef, RemoteWatcher.Heartbeat and HeartbeatRsp.
    private static readonly FrozenSet<string> Allowed = FrozenSet.Create("ID", "AID", "AR", "RWHB", "RWHR");

    private readonly MiscMessageSerializer _inner;

    /// <summary>Makes one for <paramref name="system"/>.</summary>
    public ClosedMiscSerializer(ExtendedActorSystem system)
        : base(system) => _inner = new MiscMessageSerializer(system);

    /// <inheritdoc/>
    public override int Identifier => _inner.Identifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => Checked(_inner.Manifest(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        Checked(_inner.Manifest(obj));
        return _inner.ToBinary(obj);
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => _inner.FromBinary(bytes, Checked(manifest));

    private static string Checked(string manifest) =>
        Allowed.Contains(manifest)
            ? manifest
            : throw new SerializationException($"A message of Akka with manifest \"{manifest}\" is neither sent nor read by this product.");
}
