using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>One attempt at one place failed. Never leaves the client: <see cref="Persistence"/> tries again or says so with a <see cref="ContentException"/>.</summary>
internal sealed class RegistryFault(FaultKind kind, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    private const int LongestDetail = 300;

    public FaultKind Kind { get; } = kind;

    public string Reason { get; } = reason;

    /// <summary>How long the registry wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether an exception tells of the network rather than of us, of the caller's wish to stop or of our own disk.</summary>
    public static bool IsOfNetwork(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested);

    /// <summary>For an exception of the network.</summary>
    public static RegistryFault Of(Exception e, RegistrySource source, TimeSpan silence) => e switch
    {
        OperationCanceledException { InnerException: TimeoutException } => Unreachable(source, "it could not be connected to in time", e),
        OperationCanceledException => Unreachable(source, $"it was silent for {silence.TotalSeconds:0.#} s", e),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException untrusted } => new RegistryFault(
            FaultKind.Final,
            Reasons.RegistryUntrusted,
            $"{source.Host} cannot be trusted: {Sentence(untrusted.Message)} Give the authority that signed its certificate, or name it as an insecure registry if its content may be seen and its absence forged on the way.",
            e),
        _ => Unreachable(source, (e.InnerException ?? e).Message, e),
    };

    /// <summary>For an answer that is no success. Reads at most a few KiB of it.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="source">Who was asked; another server may have answered, after a redirect.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="time">The clock that a date in <c>Retry-After</c> is compared with.</param>
    /// <param name="ct">Stops reading.</param>
    public static async Task<RegistryFault> OfAsync(HttpResponseMessage response, RegistrySource source, string what, TimeProvider time, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var who = response.RequestMessage?.RequestUri is { } uri && !source.Host.Is(uri) ? $"{uri.Authority}, to which {source} led," : $"{source}";
        var said = await DetailAsync(response, ct);
        var answer = $"{who} answered {status}{(said.Length > 0 ? $" ({said})" : "")} when asked for {what}";
        return status switch
        {
            401 or 403 => new RegistryFault(FaultKind.Final, Reasons.RegistryUnauthorized, $"{answer}; {source.Shown}."),
            404 => new RegistryFault(FaultKind.Final, Reasons.RegistryUnknown, $"{answer}: it does not have it, or hides it from whoever may not see it."),
            408 or 429 or 500 or 502 or 503 or 504 => new RegistryFault(FaultKind.Transient, Reasons.RegistryUnreachable, $"{answer}.")
            {
                RetryAfter = Wanted(response.Headers.RetryAfter, time),
            },
            _ => new RegistryFault(FaultKind.Final, Reasons.RegistryRefused, $"{answer}."),
        };
    }

    private static RegistryFault Unreachable(RegistrySource source, string what, Exception e) =>
        new(FaultKind.Transient, Reasons.RegistryUnreachable, $"{source}: {Sentence(what)}", e);

    private static TimeSpan? Wanted(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wanted = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wanted > TimeSpan.Zero ? wanted : null;
    }

    private static string Sentence(string text) => text.TrimEnd('.', ' ') + ".";

    // Error body of the distribution specification v1.1, "Error Codes": {"errors":[{"code":"...","message":"..."}]}.
    private static async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            var buffer = new byte[8 << 10];
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            var first = document.RootElement.GetProperty("errors")[0];
            var text = $"{first.GetProperty("code").GetString()}: {first.GetProperty("message").GetString()}";
            return new string([.. text.Where(static c => !char.IsControl(c)).Take(LongestDetail)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException || IsOfNetwork(e, ct))
        {
            return "";
        }
    }
}
