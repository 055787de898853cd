using Handcarry.Streams.Content;
using Polly;
using Polly.Retry;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// Tries a fetch at one place after the other, and again, until it is done or hopeless. One pass over the places is one try of the retry
/// strategy; a pass that brought much starts the strategy anew, so that its delays are those of a network that has just worked.
/// </summary>
internal sealed class Persistence
{
    // Below that a server that sends a little and breaks off would be asked without any pause.
    private const long MuchProgress = 1 << 20;

    private const string GoesOn = "Run it again when the registry can be reached; it goes on from where it was.";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly RegistryClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<RegistryNotice>? _notice;
    private readonly ResiliencePipeline _retries;

    public Persistence(RegistryClientOptions options, TimeProvider time, Action<RegistryNotice>? notice)
    {
        (_options, _time, _notice) = (options, time, notice);
        _retries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PassFailed>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                DelayGenerator = static args => ValueTask.FromResult(((PassFailed)args.Outcome.Exception!).Wait),
                OnRetry = args =>
                {
                    notice?.Invoke(((PassFailed)args.Outcome.Exception!).Notice with { Delay = args.RetryDelay });
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <param name="wanted">What is fetched.</param>
    /// <param name="sources">The places, in the order in which to ask them; one or more.</param>
    /// <param name="attempt">One attempt at one place; fails with <see cref="RegistryFault"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ContentException">With the reason of the last place when there is no hope left at any.</exception>
    public async Task<T> RunAsync<T>(
        Wanted wanted, IReadOnlyList<RegistrySource> sources, Func<RegistrySource, Patience, Task<T>> attempt, CancellationToken ct)
        where T : class
    {
        var patience = new Patience(_options.GiveUpAfter, _time);
        while (true)
        {
            var result = await _retries.ExecuteAsync(async token => await PassAsync(wanted, sources, patience, attempt, token), ct);
            if (result is not null)
                return result;
        }
    }

    /// <returns>Null when it failed after much progress.</returns>
    private async Task<T?> PassAsync<T>(
        Wanted wanted, IReadOnlyList<RegistrySource> sources, Patience patience, Func<RegistrySource, Patience, Task<T>> attempt, CancellationToken ct)
        where T : class
    {
        var before = patience.Bytes;
        foreach (var source in sources)
        {
            ct.ThrowIfCancellationRequested();
            if (source.Ended || source.Host.Wait > TimeSpan.Zero || (source.Host.IsDown && sources.Any(static other => !other.Ended && !other.Host.IsDown)))
                continue;
            try
            {
                return await attempt(source, patience);
            }
            catch (RegistryFault fault)
            {
                source.Failed(fault);
            }
        }

        var failed = Failed(wanted, sources, patience);
        if (patience.Bytes - before < MuchProgress)
            throw failed;
        if (failed is not PassFailed { Wait: null } again)
            throw failed;
        _notice?.Invoke(again.Notice);
        return null;
    }

    private static Exception Failed(Wanted wanted, IReadOnlyList<RegistrySource> sources, Patience patience)
    {
        var open = sources.Where(static source => !source.Ended).ToList();
        if (open.Count == 0 || (wanted.LastDecides && sources[^1] is { Ended: true, Last.Reason: Reasons.RegistryUnknown }))
            return Final(wanted, sources[^1].Last!.Reason, "", sources);

        if (wanted.MayBeMissing && open.All(static source => source.Host.IsDown) && sources.Any(static source => source is { Ended: true, Last.Reason: Reasons.RegistryUnknown }))
            return Final(wanted, Reasons.RegistryUnknown, "", sources);

        var wait = open.Min(static source => source.Host.Wait);
        if (patience.Left <= TimeSpan.Zero)
            return Final(wanted, Reasons.RegistryUnreachable, $": nothing came for {Spoken(patience.Budget)}", sources);
        if (wait > patience.Left)
            return Final(wanted, Reasons.RegistryUnreachable, $": {open[0].Host} wants to be left alone for {Spoken(wait)}, longer than is waited", sources);
        // A place that another fetch was sent away from has said nothing to this one.
        var why = open.Any(static source => source.Last is not null) ? Whys(open) : $"{open[0].Host} wants to be left alone.";
        return new PassFailed(new RegistryNotice(wanted.What, why, TimeSpan.Zero), wait > TimeSpan.Zero ? wait : null);
    }

    private static ContentException Final(Wanted wanted, string reason, string because, IReadOnlyList<RegistrySource> sources) =>
        new(
            reason,
            string.Join(' ', (string[])[$"The {wanted.What} could not be fetched{because}.", Whys(sources), .. reason == Reasons.RegistryUnreachable ? (string[])[GoesOn] : []]),
            sources[^1].Last)
        {
            Digest = wanted.Digest,
        };

    private static string Whys(IEnumerable<RegistrySource> sources) => string.Join(' ', sources.Select(static source => source.Last?.Message).OfType<string>());

    private static string Spoken(TimeSpan time) => time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0} s";
}
