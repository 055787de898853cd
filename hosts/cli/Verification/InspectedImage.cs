namespace Handcarry.Cli.Verification;

/// <summary>An image of a bundle.</summary>
/// <param name="Name">Its name by digest.</param>
/// <param name="Size">Bytes of its blobs in the bundle; other images may share them.</param>
/// <param name="Layers">How many of them are layers.</param>
internal sealed record InspectedImage(string Name, long Size, int Layers);
