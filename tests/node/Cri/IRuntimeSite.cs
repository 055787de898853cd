using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A runtime with a mirror beside it, for the suite that every runtime must pass.</summary>
public interface IRuntimeSite : IAsyncDisposable
{
    IContainerRuntime Runtime { get; }

    /// <summary>The mirror has an image from now on that no other one equals.</summary>
    ValueTask<WantedImage> OfferAsync();

    /// <summary>As <see cref="OfferAsync"/>, by a list.</summary>
    ValueTask<WantedImage> OfferListAsync();

    /// <summary>Nothing listens where the mirror was.</summary>
    ValueTask StopMirrorAsync();
}
