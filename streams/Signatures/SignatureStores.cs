using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// Looks for the signatures of a release in all stores. A store of URLs has them as <c>&lt;store&gt;/sha256=&lt;hex&gt;/signature-1</c> and on
/// (containers/image, docs/signature-protocols.md); a folder has them so, too, or as the tools that mirror releases write them:
/// <c>signature-sha256-&lt;16 hex digits&gt;.json</c> (<c>oc adm release mirror</c>), <c>signature-configmap.json</c> and
/// <c>&lt;tag&gt;-sha256-&lt;hex&gt;</c> (oc-mirror).
/// </summary>
/// <param name="stores">The stores.</param>
/// <param name="http">With which URLs are asked.</param>
/// <param name="time">For the patience with a server, the pauses before asking again, and for what expires.</param>
public sealed class SignatureStores(IReadOnlyList<SignatureStore> stores, HttpClient http, TimeProvider time)
{
    /// <summary>How many signatures of one release a store is asked for: 9 (openshift/library-go, pkg/verify/store/sigstore/sigstore.go).</summary>
    public const int MaximumSignatures = 9;

    /// <summary>Asks all stores at the same time. One that fails is an outcome, not an exception.</summary>
    /// <param name="release">The digest by which the release is asked for.</param>
    /// <param name="keyrings">With which what is found is verified; may be empty.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<SignatureSearch> FindAsync(Digest release, IReadOnlyCollection<ReleaseKeyring> keyrings, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(stores.Select(store => AskAsync(store, release, cancellationToken)));
        var signatures = answers.SelectMany(static answer => answer.Signatures)
            .GroupBy(static signature => Digest.Of(signature.Bytes))
            .Select(same => new FoundSignature(
                same.First().Bytes,
                [.. same.Select(static signature => signature.From)],
                keyrings.Count == 0 ? null : ReleaseSignature.Verify(same.First().Bytes, release, keyrings, time.GetUtcNow())));
        return new SignatureSearch([.. signatures], [.. answers.Select(static answer => answer.Outcome)]);
    }

    private async Task<(List<StoredSignature> Signatures, StoreOutcome Outcome)> AskAsync(
        SignatureStore store, Digest release, CancellationToken cancellationToken)
    {
        var found = new List<StoredSignature>();
        string? failure = null;
        try
        {
            var signatures = store.Url is { } url
                ? new UrlSignatures(url, http, time).FindAsync(release, cancellationToken)
                : new FolderSignatures(store.Folder!).FindAsync(release, cancellationToken);
            await foreach (var signature in signatures)
                found.Add(signature);
        }
        catch (ContentException error)
        {
            failure = error.Message;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = $"The signature store {store} cannot be read: {error.Message}";
        }
        return (found, new StoreOutcome(store, found.Count, failure));
    }
}
