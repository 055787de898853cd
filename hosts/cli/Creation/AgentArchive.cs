using Handcarry.Cli.Rendering;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Cli.Creation;

/// <summary>The image of Handcarry's own agent, which goes into every bundle unless told not to.</summary>
internal static class AgentArchive
{
    /// <summary>What <c>--agent-image</c> is given to leave it out.</summary>
    public const string None = "none";

    // The program is in bin of the unpacked archive, beside which the image lies; and out/package has it one folder higher than the published program's.
    private const int FoldersUp = 2;

    /// <summary>This program's version, which is that of the agent it was published with.</summary>
    private static string Version { get; } = typeof(AgentArchive).Assembly.GetName().Version!.ToString(3);

    /// <summary>Opens it, and says where it comes from, or that there is none.</summary>
    /// <param name="option">A path, <see cref="None"/>, or null for the one beside the program.</param>
    /// <param name="program">The program's folder.</param>
    /// <param name="architectures">Of the release, as images spell them.</param>
    /// <param name="stages">Hears it.</param>
    /// <exception cref="CliException">There is no file of that name.</exception>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>.</exception>
    public static ImageArchive? Open(string? option, string program, IReadOnlyList<string> architectures, IStages stages)
    {
        if (option == None)
            return null;
        if (option is not null && !File.Exists(option))
            throw new CliException(ExitCode.Usage, $"--agent-image {option}: there is no such file. `./run package` makes one; `--agent-image {None}` leaves the agent out.");
        if ((option ?? Beside(program, architectures, stages)) is not { } path)
            return null;
        var archive = ImageArchive.Open(path);
        if (archive.Version is { } version && AgentImage.IsVersion(version))
        {
            stages.Note($"The agent's own image, version {version}, is taken from {path}.");
            return archive;
        }
        archive.Dispose();
        throw new ContentException(Reasons.InvalidImage, $"{path} does not say by the label org.opencontainers.image.version which version of the agent it is. `./run package` makes one that does; `--agent-image {None}` leaves the agent out.");
    }

    /// <summary>What the image is called in a bundle.</summary>
    public static ImageName NameOf(ImageArchive archive) => AgentImage.NameOf(archive.Version!, archive.Manifest);

    private static string? Beside(string program, IReadOnlyList<string> architectures, IStages stages)
    {
        if (architectures.Count > 1)
        {
            stages.Note("The agent's own image is left out: the release is for several architectures. --agent-image takes one for all of them.");
            return null;
        }
        var name = $"handcarry-agent-{Version}-{Architecture.FromGo(architectures[0])}.tar";
        var folder = new DirectoryInfo(program);
        for (var up = 0; up <= FoldersUp && folder is not null; up++, folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, name) is var path && File.Exists(path))
                return path;
        }
        stages.Note($"The agent's own image is left out: there is no {name} beside the program ({program}). --agent-image names another place.");
        return null;
    }
}
