using System.Formats.Tar;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Site;

/// <summary>
/// What podman and skopeo say of a node's published image store. They see it as CRI-O would: as an additional, read-only store beside a
/// private one of their own (reference/container-storage.md sections C and H), so asking changes nothing on the node.
/// </summary>
/// <param name="store">The published store.</param>
/// <param name="scratch">Private folder for the tools' own storage.</param>
internal sealed class ContainerStore(string store, string scratch)
{
    private static readonly string[] Runtimes = ["/usr/sbin/runc", "/usr/bin/runc"];

    // Without these podman on a machine that may not raise limits ends in "error setting rlimits" (reference/container-storage.md section H).
    private static readonly string[] Limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"];

    /// <summary>Whether anything has been published.</summary>
    public bool Exists => File.Exists(Path.Combine(store, "overlay-images", "images.json"));

    /// <summary>The arguments of podman before its command.</summary>
    private List<string> Podman =>
    [
        "--log-level", "error",
        "--root", Path.Combine(scratch, "root"), "--runroot", Path.Combine(scratch, "run"), "--tmpdir", Path.Combine(scratch, "tmp"),
        "--storage-driver", "overlay", "--storage-opt", $"overlay.imagestore={store}", "--storage-opt", "overlay.skip_mount_home=true",
        "--cgroup-manager", "cgroupfs",
        .. Array.Find(Runtimes, File.Exists) is { } runtime ? (string[])["--runtime", runtime] : [],
    ];

    private string Specification =>
        $"containers-storage:[overlay@{scratch}/root+{scratch}/run:overlay.imagestore={store},overlay.skip_mount_home=true]";

    /// <summary>The command that lists the store's images with their names by digest.</summary>
    public string ListCommand => Tool.Command("podman", [.. Podman, "images", "--digests"]);

    /// <summary>Every name by digest in the store, of all images in one question.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!Exists)
            return names;
        using var images = JsonDocument.Parse(await Tool.RunAsync("podman", [.. Podman, "images", "--format", "json"], cancellationToken));
        foreach (var image in images.RootElement.EnumerateArray())
        {
            if (image.TryGetProperty("RepoDigests", out var list) && list.ValueKind == JsonValueKind.Array)
                names.UnionWith(list.EnumerateArray().Select(static name => name.GetString()!));
        }

        return names;
    }

    /// <summary>The command that finds one image by its name and digest, and nothing else (`podman image inspect` would match any name).</summary>
    public string InspectCommand(ImageName image) => Tool.Command("skopeo", InspectArguments(image));

    /// <summary>The command that counts how many of the images named in a file skopeo finds.</summary>
    public string CountCommand(string list) =>
        $"while read -r image; do skopeo inspect --format '{{{{.Digest}}}}' \"{Specification}$image\"; done < {list} | wc -l";

    /// <summary>Whether skopeo finds the image under its name and digest.</summary>
    public async Task<bool> HasAsync(ImageName image, CancellationToken cancellationToken) =>
        Exists && (await Tool.TryAsync("skopeo", InspectArguments(image), cancellationToken)).ExitCode == 0;

    /// <summary>The command that runs a program of an image.</summary>
    public string RunCommand(ImageName image, params string[] program) => Tool.Command("podman", RunArguments(image, program));

    /// <summary>Runs a program of an image by the image's name and digest, without pulling, and returns what it printed.</summary>
    public async Task<string> RunAsync(ImageName image, CancellationToken cancellationToken, params string[] program) =>
        (await Tool.RunAsync("podman", RunArguments(image, program), cancellationToken)).Trim();

    /// <summary>The files of a folder in an image, by name.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(ImageName image, string folder, CancellationToken cancellationToken)
    {
        var create = await Tool.RunAsync("podman", [.. Podman, "create", "--pull=never", "--net=none", image.ToString(), "none"], cancellationToken);
        var container = create.Trim();
        try
        {
            var answer = await Tool.TryAsync("podman", [.. Podman, "cp", $"{container}:{folder}", "-"], cancellationToken);
            return answer.ExitCode == 0
                ? Unpack(answer.Output)
                : throw new LabException($"{folder} of {image} cannot be read from {store}: {answer.Error}");
        }
        finally
        {
            await Tool.TryAsync("podman", [.. Podman, "rm", container], CancellationToken.None);
        }
    }

    private static Dictionary<string, byte[]> Unpack(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data)
                continue;
            var content = new byte[data.Length];
            data.ReadExactly(content);
            files[Path.GetFileName(entry.Name)] = content;
        }

        return files;
    }

    private string[] InspectArguments(ImageName image) => ["inspect", "--format", "{{.Digest}}", Specification + image];

    private string[] RunArguments(ImageName image, string[] program) =>
        [.. Podman, "run", "--rm", "--pull=never", "--net=none", .. Limits, image.ToString(), .. program];
}
