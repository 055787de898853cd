using System.Globalization;
using System.Text.Json;

namespace Handcarry.Lab.Site;

/// <summary>
/// The private folder of a site. Everything a site leaves on the machine is below it or, as a mount or a loop device, refers to it; so a
/// site whose lab was killed can still be cleared away completely.
/// </summary>
internal sealed class SiteFolder
{
    // Short: podman refuses a run root of more than 50 characters ("the specified runroot is longer than 50 characters", libpod), and a node's
    // is this folder, the node's name and /var/lib/handcarry/run/.query. For the same reason TMPDIR is not asked.
    private const string Parent = "/tmp";
    private const string Prefix = "hc";
    private const string OwnerFile = "owner.json";

    private SiteFolder(string path) => Root = path;

    public string Root { get; }

    public string Release => Path.Combine(Root, "release");

    public string Kubeconfig => Path.Combine(Root, "kubeconfig");

    /// <summary>With the agents' own service account, where <see cref="Kubeconfig"/> is the administrator's.</summary>
    public string AgentKubeconfig => Path.Combine(Root, "agent.kubeconfig");

    public string Environment => Path.Combine(Root, "site.env");

    public string Certificates => Path.Combine(Root, "certificates");

    /// <summary>Makes the folder of a new site; this process owns it.</summary>
    public static async Task<SiteFolder> CreateAsync(CancellationToken cancellationToken)
    {
        var path = await Tool.RunAsync("mktemp", ["--directory", Path.Combine(Parent, Prefix + "XXXXXX")], cancellationToken);
        var folder = new SiteFolder(path.Trim());
        var owner = new Owner(System.Environment.ProcessId, StartOf(System.Environment.ProcessId)!);
        await File.WriteAllTextAsync(Path.Combine(folder.Root, OwnerFile), JsonSerializer.Serialize(owner), cancellationToken);
        return folder;
    }

    /// <summary>The folder of a site that was made before.</summary>
    public static SiteFolder Open(string path) => new(path);

    /// <summary>Folders whose owner is gone without having cleared them away.</summary>
    public static IEnumerable<SiteFolder> Abandoned() =>
        Directory.EnumerateDirectories(Parent, Prefix + "??????")
            .Select(static path => new SiteFolder(path))
            .Where(static folder => folder.WasOwned && folder.OwnerProcess is null);

    /// <summary>The process that owns the site; null when it is gone.</summary>
    public int? OwnerProcess => ReadOwner() is { } owner && StartOf(owner.ProcessId) == owner.Started ? owner.ProcessId : null;

    private bool WasOwned => ReadOwner() is not null;

    /// <summary>Folder that stands for a node's root directory.</summary>
    public string NodeRoot(string node) => Path.Combine(Root, node);

    /// <summary>Folder of what the lab keeps of a node outside its root.</summary>
    public string NodeFolder(string node) => Path.Combine(Root, "lab", node);

    private Owner? ReadOwner()
    {
        try
        {
            return JsonSerializer.Deserialize<Owner>(File.ReadAllText(Path.Combine(Root, OwnerFile)));
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Field 22 of /proc/PID/stat: with it a process id is unique until the next boot (proc(5)).
    private static string? StartOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Owner(int ProcessId, string Started);
}
