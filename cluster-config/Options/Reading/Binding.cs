namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>Names every setting once, with its default and form, and puts the values into the typed options.</summary>
internal static class Binding
{
    public static IReadOnlyList<SettingInfo> KnownSettings()
    {
        var reader = new SettingReader([], []);
        Bind(reader);
        return [.. reader.Known];
    }

    public static HandcarryOptions Bind(SettingReader reader)
    {
        var node = new NodeOptions
        {
            Name = reader.Required("node.name", Formats.Subdomain),
            Root = reader.Value("node.root", "/", Formats.AbsolutePath),
            State = reader.Value("node.state", "/var/lib/handcarry", Formats.AbsolutePath),
        };
        var remoting = new RemotingOptions
        {
            Host = reader.Required("remoting.host", Formats.Host),
            Port = reader.Value("remoting.port", "9240", Formats.Integer(0, 65535)),
        };
        var dataHost = reader.ValueOr("data.host", "remoting.host", remoting.Host, Formats.Host);
        var dataListen = reader.ValueOr("data.listen", "data.host", dataHost, Formats.Host);
        return new HandcarryOptions
        {
            Node = node,
            Remoting = remoting,
            Data = new DataOptions
            {
                Host = dataHost,
                Listen = dataListen,
                Port = reader.Value("data.port", "9241", Formats.Integer(0, 65535)),
                LoopbackPort = reader.Value("data.loopbackPort", "9242", Formats.PortOrOff),
                KeepBundles = reader.Value("data.keepBundles", "1", Formats.Integer(1, 10)),
            },
            Web = new WebOptions
            {
                Listen = reader.ValueOr("web.listen", "data.listen", dataListen, Formats.Host),
                Port = reader.Value("web.port", "9243", Formats.PortOrOff),
            },
            Clients = new ClientsOptions
            {
                Listen = reader.ValueOr("clients.listen", "data.listen", dataListen, Formats.Host),
                Port = reader.Value("clients.port", "9244", Formats.PortOrOff),
            },
            Tls = new TlsOptions
            {
                Ca = reader.Required("tls.ca", Formats.Text("the path of a PEM file with CA certificates")),
                Certificate = reader.Required("tls.certificate", Formats.Text("the path of a PEM file with a certificate")),
                Key = reader.Required("tls.key", Formats.Text("the path of a PEM file with a private key")),
                Authority = reader.Value("tls.authority", "", Formats.SubdomainOrEmpty),
            },
            Cluster = new MembershipOptions
            {
                Contacts = reader.List("cluster.contacts", Formats.EndpointOr(RemotingOptions.DefaultPort)),
                Discover = reader.Value("cluster.discover", MembershipOptions.None, Formats.OneOf(MembershipOptions.None, MembershipOptions.Nodes)),
                FoundAfter = reader.Value("cluster.foundAfter", "20s", Formats.Duration("1s", "10m")),
                StableAfter = reader.Value("cluster.stableAfter", "7s", Formats.Duration("2s", "2m")),
            },
            Kubernetes = new KubernetesOptions
            {
                Kubeconfig = reader.Value("kubernetes.kubeconfig", "", Formats.Text("the path of a kubeconfig file, or empty for the pod's service account")),
                Namespace = reader.Value("kubernetes.namespace", "handcarry", Formats.Label),
            },
            Media = Media(reader),
            Load = Load(reader),
            Arming = new ArmingOptions
            {
                Arm = reader.Value("arming.arm", ArmingOptions.ByHand, Formats.OneOf(ArmingOptions.ByHand, ArmingOptions.ByAgent)),
                Restart = reader.Value("arming.restart", ArmingOptions.Never, Formats.OneOf(ArmingOptions.Never, ArmingOptions.OneAtATime)),
                Sources = reader.List("arming.sources", Formats.Repository),
            },
            Limits = new LimitOptions
            {
                MaxInventoryBytes = reader.Value("limits.maxInventoryBytes", "64MiB", Formats.Size("64KiB", "1GiB")),
                ParallelDraws = reader.Value("limits.parallelDraws", "8", Formats.Integer(1, 32)),
                ReserveBytes = reader.Value("limits.reserveBytes", "256MiB", Formats.Size("0B", "1TiB")),
                NodeBytesPerSecond = reader.Value("limits.nodeBytesPerSecond", "0B", Formats.Size("0B", "1TiB")),
                SendBytesPerSecond = reader.Value("limits.sendBytesPerSecond", "0B", Formats.Size("0B", "1TiB")),
                SiteBytesPerSecond = reader.Value("limits.siteBytesPerSecond", "0B", Formats.Size("0B", "1TiB")),
                PressureFolder = reader.Value("limits.pressureFolder", "/proc/pressure", Formats.PathOrOff),
                YieldAtIo = reader.Value("limits.yieldAtIo", "20", Formats.Integer(0, 100)),
                YieldAtCpu = reader.Value("limits.yieldAtCpu", "40", Formats.Integer(0, 100)),
                YieldAtMemory = reader.Value("limits.yieldAtMemory", "10", Formats.Integer(0, 100)),
                YieldAtEtcdFsync = reader.Value("limits.yieldAtEtcdFsync", "100ms", Formats.Duration("1ms", "1m")),
                YieldFloor = reader.Value("limits.yieldFloor", "4MB", Formats.Size("1kB", "1TiB")),
                EtcdMetrics = reader.Value("limits.etcdMetrics", "", Formats.PlainUrlOrEmpty),
            },
            Journal = Journal(reader),
            Console = new ConsoleOptions
            {
                Banner = reader.Value("console.banner", ConsoleOptions.On, Formats.OneOf(ConsoleOptions.On, ConsoleOptions.Off)),
                Language = reader.Value("console.language", "en", Formats.OneOf([.. ConsoleOptions.Languages])),
            },
            Log = new LogOptions
            {
                Level = reader.Value("log.level", "Information", Formats.Level),
                Format = reader.Value("log.format", LogOptions.Text, Formats.OneOf(LogOptions.Text, LogOptions.Json)),
            },
            Telemetry = new TelemetryOptions
            {
                Traces = reader.Value("telemetry.traces", "", Formats.UrlOrEmpty),
            },
        };
    }

    private static MediaOptions Media(SettingReader reader)
    {
        var media = new MediaOptions
        {
            Sources = reader.Value("media.sources", MediaOptions.Both, Formats.OneOf(MediaOptions.Udev, MediaOptions.Systemd, MediaOptions.Both, MediaOptions.None)),
            Include = reader.List("media.include", Formats.DevicePattern),
            FileSystems = reader.List("media.filesystems", Formats.OneOf("ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "exfat", "ntfs", "iso9660", "udf", "squashfs")),
            Folder = reader.Value("media.folder", "", Formats.AbsolutePathOrEmpty),
            Bundle = reader.Value("media.bundle", "", Formats.AbsolutePathOrEmpty),
            SlowBelow = reader.Value("media.slowBelow", "10MB", Formats.Size("1B", "1TB")),
            Receipts = reader.Value("media.receipts", MediaOptions.On, Formats.OneOf(MediaOptions.On, MediaOptions.Off)),
        };
        if (media is { Sources: MediaOptions.None, Folder.Length: 0, Bundle.Length: 0 })
            reader.Report("media.sources", "With none, this node hears of no media at all: set media.folder or media.bundle, or another source.");
        if (media is { Sources: MediaOptions.None, BundleIsOnDevice: true })
            reader.Report("media.bundle", "It names a device, and with media.sources none no devices are looked at: set another source.");
        return media;
    }

    private static LoadOptions Load(SettingReader reader)
    {
        var load = new LoadOptions
        {
            Store = reader.Value("load.store", "/var/lib/handcarry/store", Formats.AbsolutePath),
            RuntimeStorage = reader.Value("load.runtimeStorage", "", Formats.AbsolutePathOrEmpty),
            Publish = reader.Value("load.publish", "afterProof", Formats.Publish),
            ProofFloor = reader.Value("load.proofFloor", "16MB", Formats.Size("0B", "10GB")),
            Skopeo = reader.Value("load.skopeo", "skopeo", Formats.Text("the name or absolute path of a program")),
            Podman = reader.Value("load.podman", "podman", Formats.Text("the name or absolute path of a program")),
            Runtime = reader.Value("load.runtime", LoadOptions.Auto, Formats.OneOf(LoadOptions.Auto, LoadOptions.Crio, LoadOptions.Containerd, LoadOptions.None)),
            Socket = reader.Value("load.socket", "", Formats.AbsolutePathOrEmpty),
            Strategy = reader.Value("load.strategy", LoadOptions.Auto, Formats.OneOf(LoadOptions.Auto, LoadOptions.AdditionalStore, LoadOptions.CriPull)),
        };
        if (load is { Runtime: LoadOptions.Containerd, Strategy: LoadOptions.AdditionalStore })
            reader.Report("load.strategy", "containerd has no additional image stores: set cri-pull or auto.");
        if (load is { Runtime: LoadOptions.None, Strategy: LoadOptions.CriPull })
            reader.Report("load.strategy", "With load.runtime none there is no runtime that could pull: set store or auto, or another runtime.");
        if (load is { Runtime: LoadOptions.Auto or LoadOptions.None, Socket.Length: > 0 })
            reader.Report("load.socket", "A socket does not tell whose it is: set load.runtime to crio or containerd.");
        return load;
    }

    private static NodeJournalOptions Journal(SettingReader reader)
    {
        var journal = new NodeJournalOptions
        {
            Provider = reader.Value("journal.provider", NodeJournalOptions.Sqlite, Formats.OneOf(NodeJournalOptions.Sqlite, NodeJournalOptions.PostgreSql)),
            ConnectionString = reader.Value("journal.connectionString", "", Formats.Secret("a connection string of PostgreSQL")),
        };
        if (journal.Provider == NodeJournalOptions.PostgreSql && journal.ConnectionString.Length == 0)
            reader.Report("journal.connectionString", $"This setting is required when journal.provider is {NodeJournalOptions.PostgreSql}.");
        if (journal.Provider == NodeJournalOptions.Sqlite && journal.ConnectionString.Length > 0)
            reader.Report("journal.connectionString", $"It is not used with journal.provider {NodeJournalOptions.Sqlite}, whose file is journal.db in node.state: remove it, or set journal.provider.");
        return journal;
    }
}
