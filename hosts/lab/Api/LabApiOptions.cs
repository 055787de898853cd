using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Lab.Api;

/// <summary>How to run the emulated API server.</summary>
public sealed record LabApiOptions
{
    /// <summary>Port on loopback; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Bearer token that clients must send; a random one when null.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// CustomResourceDefinitions to serve, as YAML (several documents allowed). <c>clusterversions.config.openshift.io</c> is built in and may be replaced here.
    /// </summary>
    public IReadOnlyList<string> Crds { get; init; } = [];

    /// <summary>How many changes of a resource a watch can be taken up from; older ones end in 410.</summary>
    public int HistoryLength { get; init; } = 1000;

    /// <summary>How often a watch that allows it gets a bookmark. The real server's interval is about a minute.</summary>
    public TimeSpan BookmarkEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether sendInitialEvents is heeded. Kubernetes 1.26 ignores it, and so does the lab unless told otherwise.</summary>
    public bool WatchLists { get; init; }

    /// <summary>The clock of timestamps, bookmarks, time-outs and latency.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where failures of the server itself are told.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
