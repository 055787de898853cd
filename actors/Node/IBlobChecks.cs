using Handcarry.Streams.Bundles;

namespace Handcarry.Actors.Node;

/// <summary>Reads blobs of this node again, to see whether they still are what they were when they came in.</summary>
public interface IBlobChecks
{
    /// <summary>Reads them one after the other, with what the node does not need otherwise.</summary>
    /// <param name="blobs">Which ones.</param>
    /// <param name="damaged">Is told of each that is not right: its place among <paramref name="blobs"/>, and a sentence.</param>
    /// <param name="progress">Is told from time to time how many bytes are read, of how many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task RunAsync(IReadOnlyList<InventoryBlob> blobs, Action<int, string> damaged, IProgress<StoreProgress> progress, CancellationToken cancellationToken);
}
