using System.Net;
using System.Net.Http.Headers;
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

    /// <summary>Nobody answered at all.</summary>
    public bool IsUnanswered { get; private init; }

    /// <summary>For an exception of the network (<see cref="SilenceWatch.Explains"/>).</summary>
    public static RegistryFault Of(Exception e, RegistrySource source, SilenceWatch watch) => e switch
    {
        OperationCanceledException { InnerException: TimeoutException } => Unreachable(source, "it could not be connected to in time", e, unanswered: true),
        OperationCanceledException => Unreachable(source, $"it was silent for {watch.Longest.TotalSeconds:0.#} s", e),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            Unreachable(source, e.Message, e, unanswered: true),
        _ => Unreachable(source, (e.InnerException ?? e).Message, e),
    };

    /// <summary>For an answer that is no success. Reads at most a few KiB of it.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="source">Who was asked; another server may have answered, after a redirect.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="time">The clock that a date in <c>Retry-After</c> is compared with.</param>
    /// <param name="watch">Stops reading.</param>
    public static async Task<RegistryFault> OfAsync(HttpResponseMessage response, RegistrySource source, string what, TimeProvider time, SilenceWatch watch)
    {
        var status = (int)response.StatusCode;
        var who = response.RequestMessage?.RequestUri is { } uri && !source.Host.Is(uri) ? $"{uri.Authority}, to which {source} led," : $"{source}";
        var said = await DetailAsync(response, watch);
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

    private static RegistryFault Unreachable(RegistrySource source, string what, Exception e, bool unanswered = false) =>
        new(FaultKind.Transient, Reasons.RegistryUnreachable, $"{source}: {Sentence(what)}", e) { IsUnanswered = unanswered };

    private static TimeSpan? Wanted(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wanted = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wanted > TimeSpan.Zero ? wanted : null;
    }

    private static string Sentence(string text) => text.TrimEnd('.', ' ') + ".";

    // Error body of the distribution specification v1.1, "Error Codes": {"errors":[{"code":"...","message":"..."}]}.
    private static async Task<string> DetailAsync(HttpResponseMessage response, SilenceWatch watch)
    {
        try
        {
            var buffer = new byte[8 << 10];
            await using var body = await response.Content.ReadAsStreamAsync(watch.Token);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, watch.Token);
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            var first = document.RootElement.GetProperty("errors")[0];
            var text = $"{first.GetProperty("code").GetString()}: {first.GetProperty("message").GetString()}";
            return new string([.. text.Where(static c => !char.IsControl(c)).Take(LongestDetail)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException || watch.Explains(e))
        {
            return "";
        }
    }
}
