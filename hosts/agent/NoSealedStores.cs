using Handcarry.Actors.Node;

namespace Handcarry.Agent;

/// <summary>A node whose runtime pulls its images: it looks at no additional store, so a sealed one is of no use there.</summary>
/// <param name="node">The node's name.</param>
internal sealed class NoSealedStores(string node) : ISealedStores
{
    private StoreFault Fault { get; } = new(
        "StoreNotLoadable",
        $"The runtime of node {node} pulls its images and cannot use a sealed store: make the bundle again with --store layers or --store both.",
        Damaged: false);

    public ValueTask<StoreFault?> MountAsync(SealedBundle bundle, CancellationToken cancellationToken) => ValueTask.FromResult<StoreFault?>(Fault);

    public ValueTask<StoreFault?> ProveAsync(SealedBundle bundle, IProgress<StoreProgress> progress, CancellationToken cancellationToken) => MountAsync(bundle, cancellationToken);

    public ValueTask PublishAsync(SealedBundle bundle, CancellationToken cancellationToken) => throw new LoadException(Fault.Reason, Fault.Message);

    public ValueTask WithdrawAsync(SealedBundle bundle, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<string>> RetireAsync(SealedBundle? current, bool superseded, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>>([]);
}
