using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>Asks the runtime for images of bundles, by each of their names.</summary>
internal static class AskedImages
{
    /// <summary>The names of the images that it has, and what is wrong with the others.</summary>
    /// <exception cref="LoadException">The runtime cannot be asked, or a document cannot be understood.</exception>
    public static async ValueTask<(IReadOnlySet<string> Known, IReadOnlyList<ImageFinding> Findings)> ForAsync(
        IContainerRuntime runtime, BundleImages images, IEnumerable<ImageName> names, CancellationToken cancellationToken)
    {
        var (known, findings) = (new HashSet<string>(StringComparer.Ordinal), new List<ImageFinding>());
        try
        {
            foreach (var name in names)
            {
                var wrong = await AskedRuntime.ForAsync(runtime, [await images.WantedAsync(name, cancellationToken)], cancellationToken);
                if (wrong.Count == 0)
                    known.Add(name.ToString());
                findings.AddRange(wrong);
            }
            return (known, findings);
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        catch (ContentException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
    }
}
