using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>One image to be put into a bundle, with every blob it needs.</summary>
/// <param name="Name">Its name by digest.</param>
/// <param name="Manifests">What the name stands for first; then, if that is an index, the manifests it lists that go along.</param>
/// <param name="Configs">The configurations of all those manifests.</param>
/// <param name="Layers">The layers of all those manifests; images may share them.</param>
public sealed record BundleImage(
    ImageName Name, IReadOnlyList<Descriptor> Manifests, IReadOnlyList<Descriptor> Configs, IReadOnlyList<Descriptor> Layers);
