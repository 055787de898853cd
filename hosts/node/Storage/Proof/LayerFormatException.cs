namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A layer's tar stream, or the record of it, that cannot be followed any further. The message continues a sentence that names the layer.</summary>
internal sealed class LayerFormatException(string message, Exception? inner = null) : Exception(message, inner);
