using Akka.Actor;
using Akka.Serialization;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>The one serializer of the product's messages and journal events.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Types">The types, usually one marker interface, that it serializes.</param>
/// <param name="Create">Makes it for an actor system.</param>
public sealed record WireBinding(string Name, IReadOnlyList<Type> Types, Func<ExtendedActorSystem, Serializer> Create);
