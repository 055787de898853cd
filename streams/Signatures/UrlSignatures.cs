using System.Net;
using System.Runtime.CompilerServices;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>The signatures that a server has under a URL.</summary>
internal sealed class UrlSignatures(Uri store, HttpClient http, TimeProvider time)
{
    private const int Tries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async IAsyncEnumerable<StoredSignature> FindAsync(Digest release, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = 1; number <= SignatureStores.MaximumSignatures; number++)
        {
            var url = new UriBuilder(store) { Path = $"{store.AbsolutePath.TrimEnd('/')}/sha256={release.Hex}/signature-{number}" }.Uri;
            if (await GetAsync(url, cancellationToken) is not { } bytes)
                yield break;
            if (bytes.Length > 0)
                yield return new StoredSignature(bytes, url.ToString());
        }
    }

    private async Task<byte[]?> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                using var patience = new CancellationTokenSource(Patience, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
                return await TryAsync(url, either.Token);
            }
            catch (Exception error) when (IsPassing(error, cancellationToken) && tried < Tries)
            {
                await Task.Delay(Pause * tried, time, cancellationToken);
            }
            catch (Exception error) when (error is HttpRequestException or IOException || IsPassing(error, cancellationToken))
            {
                var why = error is OperationCanceledException ? $"there was no answer within {Patience.TotalSeconds} s" : error.Message;
                throw new ContentException(
                    Reasons.SignatureStoreFailed, $"The signature store did not give {url}: {why.TrimEnd('.')}. See whether it can be reached from here.", error);
            }
        }
    }

    // The answer that there is none is null.
    private async Task<byte[]?> TryAsync(Uri url, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[ReleaseSignature.MaximumSize + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= ReleaseSignature.MaximumSize
            ? bytes[..length]
            : throw new ContentException(
                Reasons.SignatureStoreFailed, $"{url} has more than the {ReleaseSignature.MaximumSize} bytes that a signature may have; it is not a signature store.");
    }

    // What asking again may mend: no answer, a broken one, or a server that says so (RFC 9110 section 15.6, RFC 6585 section 4).
    private static bool IsPassing(Exception error, CancellationToken cancellationToken) => error switch
    {
        HttpRequestException { StatusCode: { } status } => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
        HttpRequestException or IOException => true,
        // Out of patience; not the caller's wish.
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}
