namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>An entry of images.json, layers.json or containers.json, of which only this matters here.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Names">Its names.</param>
/// <param name="Below">The layers it stands on directly: parent of a layer, layers of an image or a container.</param>
/// <param name="Image">Of a container: its image.</param>
internal sealed record StorageRecord(string Id, IReadOnlyList<string> Names, IReadOnlyList<string> Below, string? Image);
