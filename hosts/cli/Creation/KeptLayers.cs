using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Cli.Creation;

/// <summary>Of which images the layers stay in a bundle with a sealed store: those that a registry client asks for on the node.</summary>
internal static class KeptLayers
{
    /// <summary>The operating system and its extensions, and what was asked for, by tag within the release or by reference.</summary>
    /// <exception cref="CliException">Something that was asked for is no image of this bundle.</exception>
    public static IReadOnlySet<ImageName> Of(ResolvedRelease release, IReadOnlyList<string> asked)
    {
        var kept = release.Payload.Images.Where(static image => image.IsOperatingSystem).Select(static image => image.Name).ToHashSet();
        foreach (var text in asked)
        {
            var found = release.Payload.Images.Where(image => image.Tag == text).Select(static image => image.Name)
                .Concat(release.Contents.Images.Select(static image => image.Name).Where(name => IsMeant(name, text))).ToList();
            if (found.Count == 0)
                throw new CliException(ExitCode.Usage, $"--keep-layers {text}: the bundle has no such image. Give the tag of an image of the release, or a repository or image that is in it.");
            kept.UnionWith(found);
        }
        return kept;
    }

    /// <summary>The contents without the layers that the store spares.</summary>
    public static BundleContents Without(BundleContents contents, IReadOnlySet<ImageName> kept) => contents with
    {
        Images = [.. contents.Images.Select(image => kept.Contains(image.Name) ? image : image with { Layers = [] })],
    };

    private static bool IsMeant(ImageName name, string text) =>
        ImageReference.TryParse(text, out var reference) && reference.Name == name.Repository && (reference.Digest is null || reference.Digest == name.Digest);
}
