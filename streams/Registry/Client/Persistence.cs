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

    /// <param name="what">What is fetched, for errors and notices.</param>
    /// <param name="sources">The places, in the order in which to ask them; one or more.</param>
    /// <param name="attempt">One attempt at one place; fails with <see cref="RegistryFault"/> or an exception of the network.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ContentException">With the reason of the last place when there is no hope left at any.</exception>
    public async Task<T> RunAsync<T>(
        string what, IReadOnlyList<RegistrySource> sources, Func<RegistrySource, Patience, Task<T>> attempt, CancellationToken ct)
        where T : class
    {
        var patience = new Patience(_options.GiveUpAfter, _time);
        while (true)
        {
            var result = await _retries.ExecuteAsync(async token => await PassAsync(what, sources, patience, attempt, token), ct);
            if (result is not null)
                return result;
        }
    }

    /// <returns>Null when it failed after much progress.</returns>
    private async Task<T?> PassAsync<T>(
        string what, IReadOnlyList<RegistrySource> sources, Patience patience, Func<RegistrySource, Patience, Task<T>> attempt, CancellationToken ct)
        where T : class
    {
        var before = patience.Bytes;
        foreach (var source in sources)
        {
            if (source.Ended || source.Host.Wait > TimeSpan.Zero)
                continue;
            try
            {
                return await attempt(source, patience);
            }
            catch (RegistryFault fault)
            {
                source.Failed(fault);
            }
            catch (Exception e) when (RegistryFault.IsOfNetwork(e, ct))
            {
                source.Failed(RegistryFault.Of(e, source, _options.SilenceTimeout));
            }
        }

        var failed = Failed(what, sources, patience);
        if (patience.Bytes - before < MuchProgress)
            throw failed;
        if (failed is not PassFailed { Wait: null } again)
            throw failed;
        _notice?.Invoke(again.Notice);
        return null;
    }

    private static Exception Failed(string what, IReadOnlyList<RegistrySource> sources, Patience patience)
    {
        var open = sources.Where(static source => !source.Ended).ToList();
        if (open.Count == 0)
            return Final(sources[^1].Last!.Reason, $"The {what} could not be fetched. {Whys(sources)}", sources);

        var wait = open.Min(static source => source.Host.Wait);
        if (patience.Left <= TimeSpan.Zero)
        {
            return Final(
                Reasons.RegistryUnreachable,
                $"The {what} could not be fetched: nothing came for {Spoken(patience.Budget)}. {Whys(sources)} Run it again when the registry can be reached; it goes on from where it was.",
                sources);
        }

        if (wait > patience.Left)
        {
            return Final(
                Reasons.RegistryUnreachable,
                $"The {what} could not be fetched: {open[0].Host} wants to be left alone for {Spoken(wait)}, longer than is waited. {Whys(sources)} Run it again then; it goes on from where it was.",
                sources);
        }

        return new PassFailed(new RegistryNotice(what, Whys(open), TimeSpan.Zero), wait > TimeSpan.Zero ? wait : null);
    }

    private static ContentException Final(string reason, string message, IReadOnlyList<RegistrySource> sources) => new(reason, message.TrimEnd(), sources[^1].Last);

    private static string Whys(IEnumerable<RegistrySource> sources) => string.Join(' ', sources.Select(static source => source.Last?.Message).OfType<string>());

    private static string Spoken(TimeSpan time) => time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0} s";
}
