using System.CommandLine;
using Handcarry.Lab.Release;

namespace Handcarry.Lab.Demo;

/// <summary>The options on the command line that say what release to make.</summary>
internal sealed class ReleaseArguments
{
    private static readonly ReleaseOptions Default = new();

    private readonly Option<int> _images = new("--images")
    {
        Description = "Images in the release, the release image among them.",
        DefaultValueFactory = static _ => Default.Images,
        HelpName = "N",
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "Megabytes of all layers together, compressed; about.",
        DefaultValueFactory = static _ => (int)(Default.Size / 1_000_000),
        HelpName = "MB",
    };

    private readonly Option<string> _version = new("--version") { Description = "Version of the release." };

    private readonly Option<string> _previous = new("--from") { Description = "Version that the site runs before." };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Another seed gives other bytes.", DefaultValueFactory = static _ => Default.Seed };

    /// <param name="command">Gets the options.</param>
    /// <param name="versions">Has the versions when none are given.</param>
    public ReleaseArguments(Command command, ReleaseOptions? versions = null)
    {
        _version.DefaultValueFactory = _ => (versions ?? Default).Version;
        _previous.DefaultValueFactory = _ => (versions ?? Default).Previous;
        foreach (var option in (Option[])[_images, _size, _version, _previous, _seed])
            command.Options.Add(option);
    }

    public ReleaseOptions Read(ParseResult parsed) => new ReleaseOptions
    {
        Images = parsed.GetValue(_images),
        Size = parsed.GetValue(_size) * 1_000_000L,
        Version = parsed.GetValue(_version)!,
        Previous = parsed.GetValue(_previous)!,
        Seed = parsed.GetValue(_seed),
    }.Validated();
}
