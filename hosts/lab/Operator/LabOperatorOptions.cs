using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Lab.Operator;

/// <summary>How the emulated cluster version operator works. The defaults are quick; the real operator's times are named beside each.</summary>
public sealed record LabOperatorOptions
{
    /// <summary>
    /// Files with the OpenPGP keys (armored or binary) that releases must be signed with. Each one must have signed. None: no release can be verified.
    /// </summary>
    public IReadOnlyList<string> Keyrings { get; init; } = [];

    /// <summary>The node it runs on and retrieves payloads from; null for the first. On a real cluster nobody chooses which control plane node that is.</summary>
    public string? Node { get; init; }

    /// <summary>How often it looks at what is wanted. The real one watches, and shows changes within 15 s.</summary>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a payload that is missing on its node is waited for before that is reported (real: 121 s).</summary>
    public TimeSpan RetrievalDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after a refusal the release is tried again (real: about 15 s).</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often progress is reported while a payload is applied.</summary>
    public TimeSpan StepEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>In how many steps a payload is applied, at most.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>The program that verifies signatures.</summary>
    public string Gpgv { get; init; } = "gpgv";

    /// <summary>The clock of timestamps and intervals.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it tells what it does.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
