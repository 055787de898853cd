namespace Handcarry.Lab.Release;

/// <summary>
/// What a release of a given size and number of images consists of. The proportions follow a real one: one base below everything, some
/// runtimes below many, one operating system image that is by far the largest, and small own layers.
/// </summary>
/// <param name="Shared">Compressed bytes of each shared layer but the base.</param>
/// <param name="Images">The payload images, by tag, ordinal order.</param>
internal sealed record ReleasePlan(IReadOnlyDictionary<string, long> Shared, IReadOnlyList<PlannedImage> Images)
{
    public const string Base = "base";
    public const string OperatorTag = "cluster-version-operator";
    public const string SystemTag = "rhel-coreos";
    public const string ListTag = "pod";
    private static readonly string[] Runtimes = ["runtime-go", "runtime-python"];

    // Tags of a genuine release; beyond them images are numbered. The first three are in every release that is made.
    private static readonly string[] Tags =
    [
        OperatorTag, MadeRelease.ProgramTag, SystemTag, ListTag, "etcd", "hyperkube", "machine-config-operator", "coredns", "haproxy-router",
        "oauth-server", "console", "kube-rbac-proxy", "prometheus", "alertmanager", "cluster-etcd-operator", "cluster-ingress-operator",
        "cluster-dns-operator", "cluster-network-operator", "cluster-monitoring-operator", "cluster-storage-operator", "cluster-autoscaler",
        "console-operator", "container-networking-plugins", "csi-external-attacher", "csi-external-provisioner", "csi-external-resizer",
        "csi-external-snapshotter", "csi-livenessprobe", "csi-node-driver-registrar", "docker-builder", "docker-registry", "driver-toolkit",
        "egress-router-cni", "grafana", "insights-operator", "jenkins", "keepalived-ipfailover", "kube-proxy", "kube-state-metrics",
        "multus-admission-controller", "multus-cni", "must-gather", "network-metrics-daemon", "network-tools", "oauth-apiserver",
        "oauth-proxy", "operator-lifecycle-manager", "operator-marketplace", "operator-registry", "ovn-kubernetes", "prom-label-proxy",
        "prometheus-config-reloader", "prometheus-node-exporter", "prometheus-operator", "service-ca-operator", "telemeter", "tests",
        "thanos", "tools",
    ];

    /// <summary>The plan for <paramref name="options"/>; the same options give the same plan.</summary>
    public static ReleasePlan For(ReleaseOptions options)
    {
        var tags = Enumerable.Range(0, options.Images - 1)
            .Select(static i => i < Tags.Length ? Tags[i] : $"component-{i + 1:D4}")
            .ToList();

        // The base is what busybox compresses to; what is left is divided in hundredths.
        var size = options.Size - 1_100_000;
        var shared = new Dictionary<string, long> { [Runtimes[0]] = size * 12 / 100, [Runtimes[1]] = size * 8 / 100 };
        var random = new SeededBytes(options.Seed, "plan");
        var weights = tags.Select(tag => tag == SystemTag ? 0 : 1 + (double)(random.Next() % 8)).ToList();
        var rest = size * 50 / 100;
        var images = tags.Select((tag, i) => new PlannedImage(
            tag,
            tag == SystemTag ? [Base] : [Base, Runtimes[i % 3 == 1 ? 1 : 0]],
            tag == SystemTag ? size * 30 / 100 : (long)(rest * weights[i] / weights.Sum()),
            Docker: i % 2 == 0,
            List: tag == ListTag));
        return new ReleasePlan(shared, [.. images.OrderBy(static image => image.Tag, StringComparer.Ordinal)]);
    }
}
