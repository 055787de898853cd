using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>What skopeo and podman are asked to do, and what their answers mean.</summary>
internal sealed class ContainerTools(ImageStoreOptions options, IProcessRunner runner)
{
    private const string NoSpaceText = "no space left on device";
    private const int MaxListing = 64 << 20;

    private static readonly TimeSpan QueryTimeout = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> Environment = new() { ["HOME"] = "/root", ["LC_ALL"] = "C" };

    /// <summary>
    /// How skopeo is told which store to use. Without skip_mount_home it leaves a bind mount behind that keeps the store from being moved.
    /// </summary>
    public static string StoreSpecification(StagingFolders folders) =>
        $"containers-storage:[overlay@{folders.Store}+{folders.RunRoot}:overlay.skip_mount_home=true]";

    /// <summary>Imports an image from a layout and the node's blobs. skopeo checks every digest on the way.</summary>
    public async ValueTask ImportAsync(StagingFolders folders, string layout, string temporary, StoreImage image, CancellationToken cancellationToken)
    {
        // policy.json would be applied to the oci: transport; the bundle's signatures have been judged long before.
        // --tmpdir: the default is /var/tmp, wherever that is; the image's compressed layers are written there first.
        var result = await RunAsync(
            options.SkopeoPath,
            ["--insecure-policy", "--tmpdir", temporary, "copy", "--quiet", "--src-shared-blob-dir", options.BlobsPath, $"oci:{layout}", StoreSpecification(folders) + image.Name],
            options.ImportTimeout,
            LoadReasons.ImportFailed,
            $"Image {image.Name} could not be imported",
            cancellationToken);
        if (result.ExitCode == 0)
            return;
        throw result.ErrorTail.Contains(NoSpaceText, StringComparison.Ordinal)
            ? new LoadException(LoadReasons.NoSpace, $"Image {image.Name} does not fit into {folders.Root}: free space on its file system, then load again (skopeo: {result.LastErrorLine}).")
            : new LoadException(LoadReasons.ImportFailed, $"Image {image.Name} could not be imported: skopeo ended with {result.ExitCode}: {result.LastErrorLine} - a blob named there must be removed from {options.BlobsPath} and fetched again; otherwise remove the cause and load again.");
    }

    /// <summary>Opens the staged store for writing once, whereupon the storage library removes layers that a killed import left incomplete.</summary>
    public async ValueTask RepairAsync(StagingFolders folders, string name, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            options.SkopeoPath,
            ["inspect", "--format", "{{.Digest}}", StoreSpecification(folders) + name],
            QueryTimeout,
            LoadReasons.PublishFailed,
            $"The store at {folders.Store} could not be opened",
            cancellationToken);
        if (result.ExitCode != 0)
            throw new LoadException(LoadReasons.PublishFailed, $"Image {name} is not usable in the store to be published: {result.LastErrorLine} - discard the staging area and load again.");
    }

    /// <summary>
    /// The names by digest that resolve in <paramref name="store"/> when it is an additional image store of an otherwise empty main store, as
    /// the runtime has it. podman's RepoDigests are each recorded repository with each digest of the image (its own, and that of the list
    /// it came from): exactly what skopeo and CRI-O resolve, where <c>podman image inspect</c> would accept any repository. Nothing is written to the store.
    /// </summary>
    public async ValueTask<IReadOnlySet<string>> ListAsync(string store, CancellationToken cancellationToken)
    {
        // --tmpdir: the default is /run/libpod, which belongs to the host's own podman.
        var run = Path.Combine(options.RunRoot, ".query");
        var result = await RunAsync(
            options.PodmanPath,
            [
                "--root", Path.Combine(options.StagingPath, ".query"), "--runroot", run, "--tmpdir", Path.Combine(run, "libpod"), "--log-level", "error",
                "--storage-driver", "overlay", "--storage-opt", $"overlay.imagestore={store}", "--storage-opt", "overlay.skip_mount_home=true",
                "images", "--all", "--no-trunc", "--format", "json",
            ],
            QueryTimeout,
            LoadReasons.PublishFailed,
            $"The images in {store} could not be listed",
            cancellationToken);
        if (result.ExitCode != 0 || result.OutputTruncated)
            throw new LoadException(LoadReasons.PublishFailed, $"The images in {store} could not be listed: podman ended with {result.ExitCode}: {result.LastErrorLine} - if the store is damaged, load again.");
        return ParseNames(result.Output, store);
    }

    private static HashSet<string> ParseNames(string json, string store)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var image in document.RootElement.EnumerateArray())
            {
                if (image.TryGetProperty("RepoDigests", out var digests) && digests.ValueKind == JsonValueKind.Array)
                    names.UnionWith(digests.EnumerateArray().Select(static d => d.GetString()).OfType<string>());
            }
            return names;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new LoadException(LoadReasons.PublishFailed, $"podman's list of the images in {store} cannot be understood: {e.Message}", e);
        }
    }

    private async ValueTask<ProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan timeout, string reason, string what, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(program, arguments) { Environment = Environment, Timeout = timeout, MaxOutput = MaxListing };
        try
        {
            return await runner.RunAsync(command, cancellationToken);
        }
        catch (ProgramMissingException e)
        {
            throw new LoadException(LoadReasons.ToolMissing, $"{what}: {e.Message}. Install {program} on this node, or say in the settings where it is.", e);
        }
        catch (TimeoutException e)
        {
            throw new LoadException(reason, $"{what}: {e.Message} Look for a failing disk, then load again.", e);
        }
    }
}
