using System.CommandLine;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Cli.Commands;

/// <summary>The options that say which release, and which images besides, go into a bundle.</summary>
internal sealed class ReleaseOptions
{
    private const string DefaultRepository = "quay.io/openshift-release-dev/ocp-release";
    private const string DefaultArchitecture = "x86_64";

    private readonly Option<string?> _version = new("--version") { Description = "OpenShift version, such as 4.12.4.", HelpName = "VERSION" };
    private readonly Option<string?> _arch = new("--arch") { Description = $"Architecture of the release: {string.Join(", ", Architecture.Released)} or {Architecture.Multi}. Default: {DefaultArchitecture}.", HelpName = "ARCH" };
    private readonly Option<string?> _release = new("--release") { Description = "Any other release image, by tag or digest, in place of --version.", HelpName = "IMAGE" };
    private readonly Option<string> _repository = new("--release-repository") { Description = "Repository in which --version is looked up.", HelpName = "REPOSITORY", DefaultValueFactory = _ => DefaultRepository };
    private readonly Option<string[]> _keepArch = new("--keep-arch") { Description = "Of manifest lists carry only this architecture; repeatable. Default: those of the release.", HelpName = "ARCH" };
    private readonly Option<string[]> _extra = new("--extra-image") { Description = "An image that is not part of the release, by tag or digest; repeatable. Nodes will have it by digest.", HelpName = "IMAGE" };
    private readonly Option<FileInfo?> _extraFile = new("--extra-images-file") { Description = "A file with such images, one per line; # begins a comment.", HelpName = "FILE" };

    public ReleaseOptions()
    {
        _arch.AcceptOnlyFromAmong([.. Architecture.Released, Architecture.Multi]);
        _keepArch.AcceptOnlyFromAmong([.. Architecture.Released]);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _version, _arch, _release, _repository, _keepArch, _extra, _extraFile })
            command.Options.Add(option);
    }

    /// <exception cref="CliException">Neither or both of --version and --release.</exception>
    /// <exception cref="ContentException">Something is no image reference.</exception>
    public BundleRequest Resolve(ParseResult parsed)
    {
        var (version, release) = (parsed.GetValue(_version), parsed.GetValue(_release));
        if ((version is null) == (release is null))
            throw new CliException(ExitCode.Usage, "Say which release: either --version VERSION, or --release IMAGE.");
        var arch = parsed.GetValue(_arch) ?? (version is null ? null : DefaultArchitecture);
        var kept = parsed.GetValue(_keepArch) ?? [];
        return new BundleRequest
        {
            Release = version is null ? ImageReference.Parse(release!) : ImageReference.Parse($"{parsed.GetValue(_repository)}:{version}-{arch}"),
            Version = version,
            Architectures = kept.Length > 0 ? kept : arch is null or Architecture.Multi ? [] : [arch],
            ExtraImages = [.. (parsed.GetValue(_extra) ?? []).Concat(Lines(parsed.GetValue(_extraFile))).Select(ImageReference.Parse).Distinct()],
        };
    }

    private static IEnumerable<string> Lines(FileInfo? file)
    {
        if (file is null)
            return [];
        try
        {
            return [.. File.ReadAllLines(file.FullName).Select(static line => line.Split('#')[0].Trim()).Where(static line => line.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--extra-images-file: {e.Message}", e);
        }
    }
}
