namespace Handcarry.Lab.Release;

/// <summary>A payload image to make.</summary>
/// <param name="Tag">Its tag in the release.</param>
/// <param name="Shared">Names of the shared layers below its own, base first.</param>
/// <param name="OwnSize">Compressed bytes of its own layer.</param>
/// <param name="Docker">Docker schema 2 manifest, otherwise OCI.</param>
/// <param name="List">Whether it is referred to by a manifest list.</param>
internal sealed record PlannedImage(string Tag, IReadOnlyList<string> Shared, long OwnSize, bool Docker, bool List);
