using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using k8s;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// Requests to the Kubernetes API server over the transport and the credentials that KubernetesClient's configuration names. One place for
/// time limits and for what an answer means: 404 on reading is null; 409, or 404 on writing, is <see cref="StaleWriteException"/>;
/// everything else that is not success is <see cref="ApiUnavailableException"/>, since only time or an administrator can change it.
/// </summary>
/// <remarks>
/// Requests are made here and not by the client's generated operations because those read answers synchronously, which a time limit
/// cannot end, and drop what their models do not know.
/// </remarks>
public sealed class ApiServer : IDisposable
{
    private const string Json = "application/json";
    private const string MergePatch = "application/merge-patch+json";

    /// <summary>JSON is YAML, too.</summary>
    private const string Apply = "application/apply-patch+yaml";

    private readonly KubernetesTransport _transport;
    private readonly TimeSpan _within;
    private readonly ApiTally? _tally;

    /// <summary>Takes over <paramref name="transport"/> and disposes it.</summary>
    /// <param name="transport">See <see cref="KubernetesConnection.Open"/>.</param>
    /// <param name="time">The clock of all time limits here.</param>
    /// <param name="within">How long a request may take with its answer; 10 s when not given.</param>
    /// <param name="tally">Counts the requests; null: nobody does.</param>
    public ApiServer(KubernetesTransport transport, TimeProvider time, TimeSpan? within = null, ApiTally? tally = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(time);
        _transport = transport;
        Time = time;
        _within = within ?? TimeSpan.FromSeconds(10);
        _tally = tally;
    }

    internal TimeProvider Time { get; }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    internal ValueTask<T?> GetAsync<T>(string path, CancellationToken cancellationToken, TimeSpan? within = null) where T : class =>
        SendAsync<T>(HttpMethod.Get, path, null, Json, within, cancellationToken);

    /// <summary>Null when an object of that name is there already.</summary>
    internal ValueTask<T?> CreateAsync<T>(string path, T body, CancellationToken cancellationToken, TimeSpan? within = null) where T : class =>
        SendAsync<T>(HttpMethod.Post, path, body, Json, within, cancellationToken);

    /// <summary>The body's metadata.resourceVersion guards the write.</summary>
    internal async ValueTask<T> ReplaceAsync<T>(string path, T body, CancellationToken cancellationToken, TimeSpan? within = null) where T : class =>
        (await SendAsync<T>(HttpMethod.Put, path, body, Json, within, cancellationToken))!;

    /// <summary>
    /// RFC 7386; a metadata.resourceVersion in the patch guards the write. Done by whom <paramref name="token"/> belongs to; by this process when there is none.
    /// </summary>
    internal async ValueTask<T> MergePatchAsync<T>(string path, object patch, CancellationToken cancellationToken, string? token = null) where T : class =>
        (await SendAsync<T>(HttpMethod.Patch, path, patch, MergePatch, null, cancellationToken, token))!;

    /// <summary>
    /// Server-side apply under the field manager <c>handcarry</c>: what is in <paramref name="body"/> is so afterwards, what this manager applied before and
    /// does not now is gone, and what others have put there stays. Another's value of the same field is taken over.
    /// </summary>
    internal async ValueTask<T> ApplyAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        (await SendAsync<T>(HttpMethod.Patch, $"{path}?fieldManager=handcarry&force=true", body, Apply, null, cancellationToken))!;

    /// <summary>Harmless when it is gone already.</summary>
    internal async ValueTask DeleteAsync(string path, CancellationToken cancellationToken) =>
        _ = await SendAsync<JsonObject>(HttpMethod.Delete, path, null, Json, null, cancellationToken);

    /// <summary>Opens a watch, whose lines must have begun to come within the time of a request and may come for <paramref name="lasting"/>.</summary>
    internal async ValueTask<WatchStream> WatchAsync(string path, TimeSpan lasting, CancellationToken cancellationToken)
    {
        var limit = new CancellationTokenSource(_within, Time);
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        HttpResponseMessage? response = null;
        var handedOver = false;
        try
        {
            response = await SendAsync(HttpMethod.Get, path, null, Json, either.Token);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(HttpMethod.Get, path, response, either.Token);
            var body = await response.Content.ReadAsStreamAsync(either.Token);
            limit.CancelAfter(lasting);
            handedOver = true;
            return new WatchStream(path, response, new StreamReader(body, Encoding.UTF8), limit, either, cancellationToken);
        }
        catch (Exception e) when (ApiFailure.IsTransport(e))
        {
            throw ApiFailure.Unavailable(HttpMethod.Get, path, e, cancellationToken);
        }
        finally
        {
            if (!handedOver)
            {
                response?.Dispose();
                either.Dispose();
                limit.Dispose();
            }
        }
    }

    /// <summary>
    /// A websocket of a subresource, as this process, within the time of a request. Throws <see cref="ApiUnavailableException"/> when the server does not open one, or speaks
    /// another subprotocol.
    /// </summary>
    internal async Task<WebSocket> OpenSocketAsync(string path, string protocol, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_within, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(protocol);
            socket.Options.CollectHttpResponseDetails = true;
            using var credentials = new HttpRequestMessage();
            if (_transport.Credentials is { } own)
                await own.ProcessHttpRequestAsync(credentials, either.Token);
            if (credentials.Headers.Authorization is { } authorization)
                socket.Options.SetRequestHeader("Authorization", authorization.ToString());
            await socket.ConnectAsync(new UriBuilder(new Uri(_transport.BaseUri, path.TrimStart('/'))) { Scheme = Uri.UriSchemeWss }.Uri, _transport.Http, either.Token);
            if (socket.SubProtocol == protocol)
                return socket;
            throw new ApiUnavailableException($"The Kubernetes API opened a websocket that does not speak {protocol} (GET {path.Split('?')[0]}).");
        }
        catch (WebSocketException e)
        {
            var code = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw code is 0 or 101 ? ApiFailure.Unavailable(HttpMethod.Get, path, e, cancellationToken) : ApiFailure.Of(HttpMethod.Get, path, code, new V1Status { Message = e.Message });
        }
        catch (Exception e) when (ApiFailure.IsTransport(e))
        {
            socket.Dispose();
            throw ApiFailure.Unavailable(HttpMethod.Get, path, e, cancellationToken);
        }
    }

    private async ValueTask<T?> SendAsync<T>(
        HttpMethod method, string path, object? body, string mediaType, TimeSpan? within, CancellationToken cancellationToken, string? token = null) where T : class
    {
        using var limit = new CancellationTokenSource(within ?? _within, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await SendPatientlyAsync(method, path, body, mediaType, token, either.Token);
            if (response.StatusCode == HttpStatusCode.NotFound && (method == HttpMethod.Get || method == HttpMethod.Delete))
                return null;
            if (response.StatusCode == HttpStatusCode.Conflict && method == HttpMethod.Post)
                return null;
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(method, path, response, either.Token);
            return ApiJson.Read<T>(await response.Content.ReadAsStringAsync(either.Token));
        }
        catch (Exception e) when (ApiFailure.IsTransport(e))
        {
            throw ApiFailure.Unavailable(method, path, e, cancellationToken);
        }
    }

    /// <summary>
    /// A read that is sent away with 429 comes back after the seconds that the server names, as the API conventions want it, as long as the time
    /// of a request lasts. A write does not: what guards it must be looked at again first.
    /// </summary>
    private async ValueTask<HttpResponseMessage> SendPatientlyAsync(
        HttpMethod method, string path, object? body, string mediaType, string? token, CancellationToken cancellationToken)
    {
        var began = Time.GetTimestamp();
        while (true)
        {
            var response = await SendAsync(method, path, body, mediaType, cancellationToken, token);
            if (method != HttpMethod.Get || response.StatusCode != HttpStatusCode.TooManyRequests
                || response.Headers.RetryAfter?.Delta is not { } pause || Time.GetElapsedTime(began) + pause >= _within)
                return response;
            response.Dispose();
            await Task.Delay(pause, Time, cancellationToken);
        }
    }

    private async ValueTask<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, object? body, string mediaType, CancellationToken cancellationToken, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_transport.BaseUri, path.TrimStart('/'))) { Version = HttpVersion.Version20 };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Json));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("handcarry", null));
        if (body is not null)
            request.Content = new StringContent(ApiJson.Write(body), Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        try
        {
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            else if (_transport.Credentials is { } credentials)
                await credentials.ProcessHttpRequestAsync(request, cancellationToken);
            var response = await _transport.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            _tally?.Answered(method, path, (int)response.StatusCode);
            return response;
        }
        catch (Exception e) when (ApiFailure.IsTransport(e))
        {
            _tally?.Failed(method, path);
            throw;
        }
    }

    private static async ValueTask<Exception> RefusalAsync(
        HttpMethod method, string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return ApiFailure.Of(method, path, (int)response.StatusCode, ApiFailure.StatusOf(text) ?? new V1Status { Message = response.ReasonPhrase });
    }
}
