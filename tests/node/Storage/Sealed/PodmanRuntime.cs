using Handcarry.Hosts.Node.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>The part of a runtime that removes images, by podman, whose library is CRI-O's.</summary>
internal sealed class PodmanRuntime(SealedSite site) : IContainerRuntime
{
    public ValueTask<RuntimeFacts> FactsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<RuntimeImage>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RuntimeImage?> FindAsync(string image, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask PullAsync(ImageName image, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async ValueTask RemoveAsync(string image, CancellationToken cancellationToken)
    {
        if ((await Tool.TryAsync("podman", site.Podman("rmi", "--force", image))) is { ExitCode: not 0 } failed)
            throw new RuntimeException(RuntimeReasons.RuntimeFailed, failed.LastErrorLine);
    }
}
