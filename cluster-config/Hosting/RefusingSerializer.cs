using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>
/// Stands where Akka has serializers that load types named by the peer (Newtonsoft's for messages, the one for remote deployment): with it in their
/// place nothing on the wire can reach them, and nothing unknown leaves this process either (reference: measured with gadgets from outside).
/// </summary>
public sealed class RefusingSerializer : SerializerWithStringManifest
{
    /// <summary>Makes one for <paramref name="system"/>.</summary>
    public RefusingSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>
    /// As the other. Akka 1.5 calls this one where a section <c>serialization-settings</c> of the serializer's name exists, as it does for <c>json</c>;
    /// without it the system does not start.
    /// </summary>
    public RefusingSerializer(ExtendedActorSystem system, Akka.Configuration.Config settings)
        : this(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 4201;

    /// <inheritdoc/>
    public override string Manifest(object o) => throw Refusal(o.GetType().FullName);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw Refusal(obj.GetType().FullName);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => throw Refusal(manifest);

    private static SerializationException Refusal(string? what) =>
        new($"\"{what}\" is not a message of this product; it is neither sent nor read.");
}
