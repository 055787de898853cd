namespace Handcarry.Streams.Content;

/// <summary>Processor architectures, which releases (<c>x86_64</c>) and images (<c>amd64</c>) spell in different ways (reference/openshift.md section 1.4).</summary>
public static class Architecture
{
    /// <summary>What a release for several architectures is called.</summary>
    public const string Multi = "multi";

    /// <summary>All that OpenShift is released for, as releases spell them, <see cref="Multi"/> aside.</summary>
    public static IReadOnlyList<string> Released { get; } = ["x86_64", "aarch64", "ppc64le", "s390x"];

    /// <summary>As images spell it.</summary>
    public static string ToGo(string released) => released switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        _ => released,
    };

    /// <summary>As releases spell it.</summary>
    public static string FromGo(string go) => go switch
    {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        _ => go,
    };
}
