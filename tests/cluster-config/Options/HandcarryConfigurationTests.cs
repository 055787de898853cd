using Handcarry.ClusterConfig.Options;
using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Tests.Options;

public sealed class HandcarryConfigurationTests : IDisposable
{
    private const string Minimal = """
        node: { name: node-1 }
        remoting: { host: 10.0.0.1 }
        tls: { ca: /ca, certificate: /crt, key: /key }
        """;

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string?> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_required_is_enough_and_the_rest_has_its_documented_default()
    {
        var options = Load(Minimal);
        Assert.Equal("node-1", options.Node.Name);
        Assert.Equal(new RemotingOptions { Host = "10.0.0.1", Port = 9240 }, options.Remoting);
        Assert.Equal(new DataOptions { Host = "10.0.0.1", Listen = "10.0.0.1", Port = 9241, LoopbackPort = 9242 }, options.Data);
        Assert.Empty(options.Cluster.Contacts);
        Assert.Equal(TimeSpan.FromSeconds(20), options.Cluster.FoundAfter);
        Assert.Equal(new KubernetesOptions(), options.Kubernetes);
        Assert.Equal(new LimitOptions { MaxInventoryBytes = 67108864, ParallelDraws = 8 }, options.Limits);
        Assert.Equal(new NodeJournalOptions(), options.Journal);
        Assert.Equal("/var/lib/handcarry", options.StatePath);
        Assert.Equal("/var/lib/handcarry/blobs", options.BlobsPath);
        Assert.Equal("/var/lib/handcarry/staging", options.StagingPath);
        Assert.Equal("/var/lib/handcarry/journal.db", options.JournalPath);
        Assert.Equal("/var/lib/handcarry/store", options.StorePath);
        Assert.Null(options.MediaFolder);
        Assert.Null(options.BundlePath);
    }

    [Fact]
    public void Every_setting_of_the_file_arrives()
    {
        var options = Load("""
            # as agreed
            node:
              name: node-1
              root: /host
              state: /state/
            remoting: { host: 127.0.0.1, port: 4053 }
            data:     { host: "::1", listen: 10.1.2.3, port: 0, loopbackPort: off, keepBundles: 3 }
            tls: { ca: /path/ca.crt, certificate: /path/tls.crt, key: /path/tls.key }
            cluster:
              contacts: ["127.0.0.1:4053", "[::1]:4054", node-3]
              foundAfter: 1500ms
            kubernetes: { kubeconfig: "/k", namespace: other }
            media: { sources: udev, include: [/dev/vdb, /dev/disk/by-id/ata-*], filesystems: [vfat, exfat], folder: /media, bundle: /srv/b.tar, slowBelow: 3MiB }
            load:  { store: /store, skopeo: /usr/bin/skopeo, podman: /usr/bin/podman }
            limits: { maxInventoryBytes: 1GiB, parallelDraws: 32, reserveBytes: 1GB, pressureFolder: off, yieldAtIo: 50, yieldAtCpu: 0, yieldAtMemory: 100, yieldAtEtcdFsync: 30ms, yieldFloor: 1MB, etcdMetrics: "http://127.0.0.1:2381/metrics", nodeBytesPerSecond: 20MB, sendBytesPerSecond: 30MB, siteBytesPerSecond: 90MB }
            journal: { provider: PostgreSQL.15, connectionString: "Host=db;Password=x" }
            log:   { level: warning }
            """);
        Assert.Equal(new NodeOptions { Name = "node-1", Root = "/host", State = "/state" }, options.Node);
        Assert.Equal(new RemotingOptions { Host = "127.0.0.1", Port = 4053 }, options.Remoting);
        Assert.Equal(new DataOptions { Host = "::1", Listen = "10.1.2.3", Port = 0, LoopbackPort = null, KeepBundles = 3 }, options.Data);
        Assert.Equal(new TlsOptions { Ca = "/path/ca.crt", Certificate = "/path/tls.crt", Key = "/path/tls.key" }, options.Tls);
        Assert.Equal([new Endpoint("127.0.0.1", 4053), new Endpoint("::1", 4054), new Endpoint("node-3", 9240)], options.Cluster.Contacts);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.Cluster.FoundAfter);
        Assert.Equal(new KubernetesOptions { Kubeconfig = "/k", Namespace = "other" }, options.Kubernetes);
        Assert.Equal(("udev", "/media", "/host/media"), (options.Media.Sources, options.Media.Folder, options.MediaFolder));
        Assert.Equal(("/srv/b.tar", "/host/srv/b.tar"), (options.Media.Bundle, options.BundlePath));
        Assert.Equal(3 << 20, options.Media.SlowBelow);
        Assert.Equal(["/dev/vdb", "/dev/disk/by-id/ata-*"], options.Media.Include);
        Assert.Equal(["vfat", "exfat"], options.Media.FileSystems);
        Assert.Equal(new LoadOptions { Store = "/store", Skopeo = "/usr/bin/skopeo", Podman = "/usr/bin/podman" }, options.Load);
        var limits = new LimitOptions { MaxInventoryBytes = 1L << 30, ParallelDraws = 32, ReserveBytes = 1_000_000_000, NodeBytesPerSecond = 20_000_000, SiteBytesPerSecond = 90_000_000 };
        Assert.Equal(
            limits with
            {
                SendBytesPerSecond = 30_000_000,
                PressureFolder = LimitOptions.Off,
                YieldAtIo = 50,
                YieldAtCpu = 0,
                YieldAtMemory = 100,
                YieldAtEtcdFsync = TimeSpan.FromMilliseconds(30),
                YieldFloor = 1_000_000,
                EtcdMetrics = "http://127.0.0.1:2381/metrics",
            },
            options.Limits);
        Assert.Equal(new NodeJournalOptions { Provider = "PostgreSQL.15", ConnectionString = "Host=db;Password=x" }, options.Journal);
        Assert.Equal(LogLevel.Warning, options.Log.Level);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_a_flag_over_both()
    {
        _environment["HANDCARRY__REMOTING__PORT"] = "2";
        _environment["HANDCARRY__DATA__PORT"] = "3";
        _environment["HANDCARRY__CLUSTER__CONTACTS"] = "a:1, b:2";
        _environment["HANDCARRY_CONTACT"] = "of the command line, not of the agent";
        var options = Load(Minimal + "\ncluster: { contacts: [z] }\nlimits: { parallelDraws: 9 }", "--data.port=4", "--limits.parallelDraws=10");
        Assert.Equal(2, options.Remoting.Port);
        Assert.Equal(4, options.Data.Port);
        Assert.Equal(10, options.Limits.ParallelDraws);
        Assert.Equal([new Endpoint("a", 1), new Endpoint("b", 2)], options.Cluster.Contacts);
    }

    [Fact]
    public void No_file_is_needed_and_a_repeated_flag_makes_a_list()
    {
        var options = HandcarryConfiguration.Load(
            null,
            _environment,
            ["--node.name=n", "--remoting.host=h", "--tls.ca=a", "--tls.certificate=b", "--tls.key=c", "--cluster.contacts=x", "--cluster.contacts=y:1,z"]);
        Assert.Equal(["x:9240", "y:1", "z:9240"], options.Cluster.Contacts.Select(contact => contact.ToString()));
    }

    [Fact]
    public void An_empty_value_means_that_it_is_not_set_there()
    {
        _environment["HANDCARRY__REMOTING__HOST"] = "";
        Assert.Equal("10.0.0.1", Load(Minimal + "\nlog:\nload: { skopeo: }\nmedia: { folder: ~ }").Remoting.Host);
    }

    [Fact]
    public void Every_problem_is_told_at_once_with_its_setting_its_place_and_what_is_expected()
    {
        _environment["HANDCARRY__LIMITS__PARALLELDRAWS"] = "many";
        var problems = Problems(
            """
            node: { name: Node_1, root: relative }
            remoting: { host: h, prot: 1 }
            tls: { ca: a }
            cluster: { contacts: ["a:b"], foundAfter: 20 }
            limits: { maxInventoryBytes: 64 MiB }
            """,
            "--log.level=Loud",
            "surplus");
        Assert.Equal(
            [
                "The argument \"surplus\" is not understood; a setting is given as --section.key=value.",
                "node.name (FILE line 1): \"Node_1\" is not usable; expected lower-case letters, digits, '-' and '.', at most 253 characters.",
                "node.root (FILE line 1): \"relative\" is not usable; expected an absolute path without '..'.",
                "tls.certificate: This setting is required; expected the path of a PEM file with a certificate.",
                "tls.key: This setting is required; expected the path of a PEM file with a private key.",
                "cluster.contacts (FILE line 4): \"a:b\" is not usable; expected HOST or HOST:PORT (port 9240 when none is given; an IPv6 address in brackets).",
                "cluster.foundAfter (FILE line 4): \"20\" is not usable; expected a duration with its unit such as 20s (ms, s, m, h), 1s to 10m.",
                "limits.maxInventoryBytes (FILE line 5): \"64 MiB\" is not usable; expected a size with its unit such as 64MiB (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB), 64KiB to 1GiB.",
                "limits.parallelDraws (environment HANDCARRY__LIMITS__PARALLELDRAWS): \"many\" is not usable; expected a whole number, 1 to 32.",
                "log.level (flag --log.level): \"Loud\" is not usable; expected Trace, Debug, Information, Warning, Error, Critical, None.",
                "remoting.prot (FILE line 2): There is no such setting; the nearest is remoting.port.",
            ],
            problems);
    }

    [Theory]
    [InlineData("nodes: { name: x }", "nodes.name (FILE line 4): There is no such setting; the nearest is node.name.")]
    [InlineData("Cluster: { contacts: [] }", "Cluster.contacts (FILE line 4): There is no such setting; the nearest is cluster.contacts.")]
    [InlineData("load: skopeo", "load (FILE line 4): This is a section; its settings are load.store, load.runtimeStorage, load.publish, load.proofFloor, load.skopeo, load.podman, load.runtime, load.socket, load.strategy.")]
    [InlineData("load: { store: [/a] }", "load.store (FILE line 4): This setting takes one value, not several.")]
    [InlineData("load: { store: { a: b } }", "load.store.a (FILE line 4): There is no such setting; the nearest is load.store.")]
    [InlineData("load: { store: /a/../../b }", "load.store (FILE line 4): \"/a/../../b\" is not usable; expected an absolute path without '..'.")]
    [InlineData("load: { runtime: docker }", "load.runtime (FILE line 4): \"docker\" is not usable; expected auto or crio or containerd or none.")]
    [InlineData("load: { runtime: containerd, strategy: store }", "load.strategy (FILE line 4): containerd has no additional image stores: set cri-pull or auto.")]
    [InlineData("load: { runtime: none, strategy: cri-pull }", "load.strategy (FILE line 4): With load.runtime none there is no runtime that could pull: set store or auto, or another runtime.")]
    [InlineData("load: { socket: /run/c.sock }", "load.socket (FILE line 4): A socket does not tell whose it is: set load.runtime to crio or containerd.")]
    [InlineData("arming: { sources: [quay.io] }", "arming.sources (FILE line 4): \"quay.io\" is not usable; expected a repository with its registry such as quay.io/openshift-release-dev/ocp-release.")]
    [InlineData("arming: { restart: always }", "arming.restart (FILE line 4): \"always\" is not usable; expected never or oneAtATime.")]
    [InlineData("load: { publish: early }", "load.publish (FILE line 4): \"early\" is not usable; expected afterProof or afterMount.")]
    [InlineData("media: { sources: none }", "media.sources (FILE line 4): With none, this node hears of no media at all: set media.folder or media.bundle, or another source.")]
    [InlineData("media: { sources: none, bundle: /dev/sdb }", "media.bundle (FILE line 4): It names a device, and with media.sources none no devices are looked at: set another source.")]
    [InlineData("media: { bundle: upgrade.tar }", "media.bundle (FILE line 4): \"upgrade.tar\" is not usable; expected an absolute path without '..', or nothing.")]
    [InlineData("media: { include: [sdb] }", "media.include (FILE line 4): \"sdb\" is not usable; expected a path below /dev, in which * stands for anything and ? for one character.")]
    [InlineData("journal: { provider: PostgreSQL.15 }", "journal.connectionString: This setting is required when journal.provider is PostgreSQL.15.")]
    public void A_setting_that_does_not_exist_or_does_not_fit_is_an_error(string yaml, string problem) =>
        Assert.Equal([problem], Problems(Minimal + "\n" + yaml));

    [Fact]
    public void A_connection_string_is_never_repeated()
    {
        _environment["HANDCARRY__JOURNAL__CONNECTIONSTRING"] = "Password=secret";
        var problem = Assert.Single(Problems(Minimal));
        Assert.StartsWith("journal.connectionString (environment HANDCARRY__JOURNAL__CONNECTIONSTRING)", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node: { name: a\n", "The file is not YAML")]
    [InlineData("- a\n- b\n", "Expected sections with settings")]
    [InlineData("a: 1\n---\nb: 2\n", "more than one YAML document")]
    [InlineData("node: { name: a }\nnode: { name: b }\n", "The file is not YAML")]
    public void A_file_that_is_not_a_configuration_is_named(string yaml, string message) =>
        Assert.Contains(Problems(yaml), problem => problem.StartsWith("FILE", StringComparison.Ordinal) && problem.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_file_that_is_absent_is_named() =>
        Assert.Contains(
            "The file cannot be read",
            Assert.Throws<ConfigurationException>(() => HandcarryConfiguration.Load(_folder["absent"], _environment, [])).Problems[0].Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_documentation_names_every_setting_with_its_default_and_no_other()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
            folder = folder.Parent;
        var documented = File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..3])
            .Select(cells => (cells[0].Trim('`'), cells[1].Trim('`')));
        var known = HandcarryConfiguration.Settings.Select(setting => (setting.Key, setting.Default switch
        {
            null => "required",
            "" => setting.Expected.StartsWith("a list", StringComparison.Ordinal) ? "none" : "empty",
            var text => text,
        }));
        Assert.Equal(known, documented);
    }

    private HandcarryOptions Load(string yaml, params string[] flags)
    {
        File.WriteAllText(_folder["handcarry.yaml"], yaml);
        return HandcarryConfiguration.Load(_folder["handcarry.yaml"], _environment, flags);
    }

    private IEnumerable<string> Problems(string yaml, params string[] flags) =>
        Assert.Throws<ConfigurationException>(() => Load(yaml, flags)).Problems.Select(problem => problem.ToString().Replace(_folder["handcarry.yaml"], "FILE", StringComparison.Ordinal));
}
