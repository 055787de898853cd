using Handcarry.Cli.Rendering;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Creation;

/// <summary>The publisher's signatures of the release: looked for, verified, and put into the bundle as far as they hold.</summary>
internal sealed class ReleaseSignatures(CreateOptions options, HttpClient http, TimeProvider time, IStages stages)
{
    /// <summary>Signatures for the bundle, and sentences about what is lacking.</summary>
    /// <exception cref="ContentException">A signature is required and there is none, or none that holds.</exception>
    public async Task<(IReadOnlyList<Descriptor> Signatures, IReadOnlyList<string> Warnings)> CollectAsync(
        Digest release, ReleaseResolver resolver, CancellationToken cancellationToken)
    {
        var search = await new SignatureStores(options.SignatureStores, http, time).FindAsync(release, options.Keyrings, cancellationToken);
        var warnings = search.Stores.Where(static store => store.Failure is not null).Select(static store => store.Failure!).ToList();
        // One that does not hold is no use to anybody: the cluster would pass over it.
        var taken = search.Signatures.Where(static found => found.Verdict is not { Valid: false }).ToList();
        if (options.Keyrings.Count > 0)
        {
            var verdict = ReleaseSignature.VerifyAll([.. search.Signatures.Select(static found => found.Bytes)], release, options.Keyrings, time.GetUtcNow());
            if (!verdict.Valid)
                Lacking(verdict.Reason!, verdict.Sentence, warnings);
            else
                stages.Note(verdict.Sentence);
        }
        else if (taken.Count == 0)
        {
            Lacking(Reasons.SignatureMissing, $"No signature of the release {release} was found in {string.Join(", ", options.SignatureStores)}.", warnings);
        }
        else
        {
            warnings.Add("The signatures of the release were not verified: give the publisher's keys by --keyring.");
        }
        return ([.. taken.Select(found => resolver.Add(MediaTypes.ReleaseSignature, found.Bytes.Span))], warnings);
    }

    private void Lacking(string reason, string sentence, List<string> warnings)
    {
        if (options.RequireSignature)
            throw new ContentException(reason, sentence + (warnings.Count > 0 ? " " + string.Join(' ', warnings) : ""));
        warnings.Add($"{sentence} The cluster will refuse the release unless it finds a signature elsewhere.");
    }
}
