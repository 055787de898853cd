using System.Net;
using System.Net.Http.Headers;

namespace Handcarry.Streams.Registry.Client;

/// <summary>Requests below <c>/v2/&lt;repository&gt;/</c>, with whatever the registry wants to be shown.</summary>
internal sealed class RegistryRequests(RegistryTransport transport, RegistryTokens tokens)
{
    /// <summary>The answer, whatever its status; a 401 only when what was shown was fresh.</summary>
    /// <exception cref="RegistryFault">There was none.</exception>
    public async Task<HttpResponseMessage> GetAsync(RegistrySource source, string path, Asked asked, SilenceWatch watch)
    {
        try
        {
            var response = await AnswerAsync(source, path, asked, watch);
            source.Host.Answered();
            return response;
        }
        catch (Exception e) when (watch.Explains(e))
        {
            throw RegistryFault.Of(e, source, watch);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(RegistrySource source, string path, Asked asked, SilenceWatch watch)
    {
        AuthenticationHeaderValue? rejected = null;
        for (var answered = false; ; answered = true)
        {
            var authorization = await tokens.ForAsync(source, rejected, watch);
            var response = await transport.GetAsync(source.Host, $"/v2/{source.Repository}/{path}", asked with { Authorization = authorization }, watch.Token);
            if (response.StatusCode != HttpStatusCode.Unauthorized || answered || !source.Host.Is(response.RequestMessage!.RequestUri!)
                || Challenge.Choose(response.Headers.WwwAuthenticate) is not { } challenge)
                return response;
            response.Dispose();
            rejected = authorization;
            source.Host.Challenge = challenge with { Scope = null };
            source.Scope = challenge.Scope;
        }
    }
}
