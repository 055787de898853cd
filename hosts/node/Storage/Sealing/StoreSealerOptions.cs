using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>Where and with which tools stores are sealed.</summary>
public sealed record StoreSealerOptions
{
    /// <summary>Folder for the unpacked store, private to one sealing at a time; <see cref="StoreSealer.ScratchNeeded"/> says how much it takes.</summary>
    public required string ScratchPath { get; init; }

    /// <summary>skopeo, which imports: a path or a name to be found in PATH.</summary>
    public string SkopeoPath { get; init; } = "skopeo";

    /// <summary>mksquashfs: a path or a name to be found in PATH.</summary>
    public string MksquashfsPath { get; init; } = "mksquashfs";

    /// <summary>
    /// Imports at the same time, 1 or more. One skopeo uses 1.3 cores and unpacking holds the store's lock: on two cores a second one gains
    /// nothing (reference/container-storage.md section B).
    /// </summary>
    public int ParallelImports { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>How long the import of one image, and the packing, may each take.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How the store is proved.</summary>
    public StoreProofOptions Proof { get; init; } = new() { Parallelism = Environment.ProcessorCount };

    /// <summary>By what clock waiting is measured.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
