using Handcarry.Streams.Content;

namespace Handcarry.Lab.Site;

/// <summary>One node of a site: a folder that is its root, and its agent.</summary>
internal sealed class SiteNode : IDisposable
{
    private const string State = "/var/lib/handcarry";

    private SiteNode(string name, string host, string root, string proof, int remotingPort, int dataPort, int webPort, int clientPort, AgentProcess agent)
    {
        Name = name;
        Host = host;
        Root = root;
        RemotingPort = remotingPort;
        DataPort = dataPort;
        Page = new UriBuilder(Uri.UriSchemeHttp, host, webPort).Uri;
        ClientPort = clientPort;
        Agent = agent;
        Store = new ContainerStore(StorePath, proof);
    }

    public string Name { get; }

    /// <summary>Its address.</summary>
    public string Host { get; }

    public int RemotingPort { get; }

    public int DataPort { get; }

    /// <summary>Port at which its agent answers clients that have logged in.</summary>
    public int ClientPort { get; }

    /// <summary>Where its agent serves the page.</summary>
    public Uri Page { get; }

    public AgentProcess Agent { get; }

    /// <summary>What the container tools say of its store.</summary>
    public ContainerStore Store { get; }

    public string Root { get; }

    public string MediaFolder => Path.Combine(Root, "dev");

    public string StorePath => Root + State + "/store";

    public string StatePath => Root + State;

    private string BlobsPath => Path.Combine(StatePath, "blobs");

    /// <summary>Makes the node's folders and its agent's configuration; nothing is started.</summary>
    /// <param name="site">The site.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="host">Its address.</param>
    /// <param name="remotingPort">Port at which the others reach its agent.</param>
    /// <param name="dataPort">Port of its data plane.</param>
    /// <param name="webPort">Port of its page.</param>
    /// <param name="clientPort">Port for clients.</param>
    /// <param name="contacts">Where the agents look for one another.</param>
    /// <param name="options">What program, and its settings.</param>
    /// <param name="network">Namespace in which the agent runs; null for this process's own.</param>
    public static SiteNode Create(
        SiteFolder site, string name, string host, int remotingPort, int dataPort, int webPort, int clientPort, IEnumerable<string> contacts, SiteOptions options, string? network = null)
    {
        var folder = site.NodeFolder(name);
        var configuration = Path.Combine(folder, "handcarry.yaml");
        var proof = Path.Combine(folder, "proof");
        var node = new SiteNode(
            name, host, site.NodeRoot(name), proof, remotingPort, dataPort, webPort, clientPort,
            new AgentProcess(name, options.Agents.GetValueOrDefault(name, options.Agent), configuration, Path.Combine(folder, "agent.log"), options.Settings, network));
        Directory.CreateDirectory(node.MediaFolder);
        Directory.CreateDirectory(node.StatePath);
        Directory.CreateDirectory(proof);
        var (certificate, key) = SiteCertificates.PathsOf(site, name);
        File.WriteAllText(
            configuration,
            $"""
            node:
              name: {name}
              root: {node.Root}
              state: {State}
            remoting:
              host: {host}
              port: {remotingPort}
            data:
              host: {host}
              port: {dataPort}
              loopbackPort: 0
            web:
              port: {webPort}
            clients:
              port: {clientPort}
            tls:
              ca: {SiteCertificates.AuthorityPath(site)}
              certificate: {certificate}
              key: {key}
            cluster:
              contacts: [{string.Join(", ", contacts.Select(static contact => $"\"{contact}\""))}]
            kubernetes:
              kubeconfig: {site.AgentKubeconfig}
            limits:
              # All nodes are on one machine: each would yield to the others.
              pressureFolder: off
            media:
              sources: none
              folder: /dev

            """);
        return node;
    }

    /// <summary>Where a blob is kept once it is whole, hashed and synced. Chunks of one that is still arriving, each checked for itself, are elsewhere.</summary>
    public string BlobPath(Digest digest) => Path.Combine(BlobsPath, "sha256", digest.Hex);

    /// <summary>Bytes of all finished blobs that are kept there.</summary>
    public long BytesKept()
    {
        var blobs = new DirectoryInfo(BlobsPath);
        return blobs.Exists
            ? blobs.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Sum(Length)
            : 0;
    }

    public void Dispose() => Agent.Dispose();

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
