using System.Text;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Handcarry.ClusterConfig.Hosting;

namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>The only thing the systems of these tests may say to each other.</summary>
internal sealed record Said(string Text);

internal sealed class TestWire(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public static WireBinding Binding { get; } = new("wire", [typeof(Said)], system => new TestWire(system));

    public override int Identifier => 4200;

    public override string Manifest(object o) => "said1";

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Said)obj).Text);

    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest == "said1" ? new Said(Encoding.UTF8.GetString(bytes)) : throw new SerializationException(manifest);
}
