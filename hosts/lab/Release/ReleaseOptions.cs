using System.Runtime.InteropServices;

namespace Handcarry.Lab.Release;

/// <summary>What release to make.</summary>
internal sealed record ReleaseOptions
{
    /// <summary>The fewest images that have the structure of a release: release, operator, program and operating system.</summary>
    public const int FewestImages = 4;

    /// <summary>OpenShift version of the release.</summary>
    public string Version { get; init; } = "4.17.12";

    /// <summary>The version that a site runs before, which the release names in <c>previous</c>.</summary>
    public string Previous { get; init; } = "4.17.11";

    /// <summary>Architecture as release names spell it; the images' programs are this machine's busybox.</summary>
    public string Arch { get; init; } = HostArch;

    /// <summary>Images in all, the release image among them.</summary>
    public int Images { get; init; } = 12;

    /// <summary>Bytes of all distinct compressed layers, about.</summary>
    public long Size { get; init; } = 60_000_000;

    /// <summary>The same seed gives the same bytes (with the same .NET runtime and busybox; the GPG signature differs each time).</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>This machine's architecture as release names spell it (reference: oc adm release mirror, archSuffix).</summary>
    public static string HostArch => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        var other => throw new PlatformNotSupportedException($"OpenShift has no releases for {other}."),
    };

    /// <summary>The architecture in Go's spelling, as image configs and nodes have it.</summary>
    public string GoArch => Arch switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        var other => other,
    };

    /// <summary>Channels in which the release is.</summary>
    public IReadOnlyList<string> Channels
    {
        get
        {
            var minor = string.Join('.', Version.Split('.').Take(2));
            return [$"candidate-{minor}", $"fast-{minor}"];
        }
    }

    /// <summary>These options, or an exception that names the option at fault.</summary>
    public ReleaseOptions Validated()
    {
        if (Images is < FewestImages or > 2000)
            throw new ArgumentException($"--images must be {FewestImages} to 2000, not {Images}.");
        if (Size is < 2_000_000 or > 100_000_000_000)
            throw new ArgumentException($"--size must be 2 to 100000 MB, not {Size / 1_000_000}.");
        return this;
    }
}
