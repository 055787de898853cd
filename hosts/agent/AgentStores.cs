using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Streams.Content;

namespace Handcarry.Agent;

/// <summary>The additional image stores of a node.</summary>
internal static class AgentStores
{
    // A runtime that is being restarted is asked again for longer; what its files say does until the agent starts anew.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async ValueTask<IImageStore> LayersAsync(HandcarryOptions options, BlobStore blobs, IProcessRunner runner, IContainerRuntime? runtime)
    {
        var images = new SkopeoImageStore(
            new ImageStoreOptions
            {
                StorePath = options.StorePath,
                RuntimeStorage = HostPath.Below(options.Node.Root, await MainStorageAsync(options, runtime)),
                StagingPath = options.StagingPath,
                RunRoot = options.RunPath,
                BlobsPath = blobs.BlobsPath,
                SkopeoPath = options.Load.Skopeo,
                PodmanPath = options.Load.Podman,
            },
            runner,
            runtime);
        images.EnsureSkeleton();
        return images;
    }

    public static async ValueTask<ISealedStores> SealedAsync(HandcarryOptions options, BlobStore blobs, IProcessRunner runner, IContainerRuntime? runtime) => new SealedStores(
        new SealedStoresOptions { Root = options.Node.Root, State = options.Node.State, Store = options.Load.Store, RuntimeStorage = await MainStorageAsync(options, runtime), ProofFloor = options.Load.ProofFloor },
        blobs,
        runner,
        AgentHost.Systemd(options),
        runtime);

    private static async ValueTask<string> MainStorageAsync(HandcarryOptions options, IContainerRuntime? runtime)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            return await MainStorage.FindAsync(options.Load.RuntimeStorage, options.Node.Root, runtime, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return await MainStorage.FindAsync(options.Load.RuntimeStorage, options.Node.Root, null, CancellationToken.None);
        }
    }
}
