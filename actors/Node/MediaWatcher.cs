using Akka.Actor;
using Akka.Event;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// Hears of media, reads the head of each, and reports those that hold a bundle or something that was meant to be one. The head is read
/// through the same opened medium from which the rest is read when the bundle is accepted, so a medium is read once from front to back.
/// </summary>
internal sealed class MediaWatcher : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(2);

    private readonly IMediaSource _source;
    private readonly BundleLimits _limits;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, (Medium Medium, OpenMedium? Open)> _media = new(StringComparer.Ordinal);
    private Feed? _feed;

    public MediaWatcher(IMediaSource source, BundleLimits limits)
    {
        (_source, _limits) = (source, limits);
        Receive<MediaChange>(OnChange);
        Receive<Looked>(OnLooked);
        Receive<HandOver>(OnHandOver);
        Receive<Feed.Ended>(OnFeedEnded);
        Receive<Restart>(_ => StartFeed());
    }

    /// <summary>Hand the opened medium to <paramref name="To"/>, which answers for it from then on.</summary>
    internal sealed record HandOver(string MediumId, IActorRef To);

    /// <summary>An opened medium whose head has been read. Whoever has it disposes the stream.</summary>
    internal sealed record OpenMedium(Stream Stream, BundleReader Reader);

    /// <summary>An opened medium; or why there is none.</summary>
    internal sealed record Opened(OpenMedium? Open, ContentException? Cause);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => StartFeed();

    protected override void PostStop()
    {
        _feed?.Dispose();
        foreach (var (_, open) in _media.Values)
            Close(open);
    }

    private void StartFeed() => _feed = Feed.Start("media", Self, _source.WatchAsync, change => change);

    private void OnFeedEnded(Feed.Ended ended)
    {
        _log.Error(ended.Cause, "Media are not watched at the moment, starting again: {0}", ended.Cause?.Message ?? "the source came to its end");
        Timers.StartSingleTimer(nameof(Restart), Restart.Instance, RestartPause);
    }

    private void OnChange(MediaChange change)
    {
        var medium = change.Medium;
        if (change.Present)
        {
            if (_media.TryAdd(medium.Id, (medium, null)))
                LookAsync(medium).PipeTo(Self);
        }
        else if (_media.Remove(medium.Id, out var gone))
        {
            Close(gone.Open);
            _log.Info("{0} was taken out", medium.Name);
            Context.Parent.Tell(new NodeEvent.MediumGone(medium.Id));
        }
    }

    private async Task<Looked> LookAsync(Medium medium)
    {
        var opened = await OpenAsync(medium);
        return new Looked(medium, opened);
    }

    private async Task<Opened> OpenAsync(Medium medium)
    {
        Stream? stream = null;
        try
        {
            stream = await _source.OpenAsync(medium, CancellationToken.None);
            return new Opened(new OpenMedium(stream, await BundleReader.OpenAsync(stream, _limits, CancellationToken.None)), null);
        }
        catch (ContentException e)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            return new Opened(null, e);
        }
        catch (Exception e)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            return new Opened(null, new ContentException(Reasons.ReadFailed, $"{medium.Name} cannot be read: {e.Message}", e));
        }
    }

    private void OnLooked(Looked looked)
    {
        var medium = looked.Medium;
        if (!_media.ContainsKey(medium.Id))
        {
            Close(looked.Opened.Open);
            return;
        }

        switch (looked.Opened)
        {
            case { Open: { } open }:
                _media[medium.Id] = (medium, open);
                var facts = BundleFacts.Of(open.Reader.Metadata, []);
                _log.Info("{0} holds OpenShift {1} for {2}, bundle {3}", medium.Name, facts.Version, facts.Arch, facts.Commitment);
                Context.Parent.Tell(new NodeEvent.MediumFound(new MediumReport(medium.Id, medium.Name, facts)));
                break;
            case { Cause: { Reason: Reasons.NotABundle } cause } when !medium.NamedAsBundle:
                _log.Info("{0} holds no bundle: {1}", medium.Name, cause.Message);
                break;
            case { Cause: { } cause }:
                _log.Warning("{0}: {1}: {2}", cause.Reason, medium.Name, cause.Message);
                Context.Parent.Tell(new NodeEvent.MediumFound(new MediumReport(medium.Id, medium.Name, null, cause.Reason, cause.Message)));
                break;
        }
    }

    private void OnHandOver(HandOver order)
    {
        if (!_media.TryGetValue(order.MediumId, out var known))
        {
            order.To.Tell(new Opened(null, new ContentException(Reasons.ReadFailed, "The medium has been removed. Insert it again, or a copy of it, into any node.")));
            return;
        }

        if (known.Open is { } open)
        {
            _media[order.MediumId] = (known.Medium, null);
            order.To.Tell(new Opened(open, null));
            return;
        }

        // Read before: from the start again; what is here already is passed over.
        OpenAsync(known.Medium).PipeTo(order.To, Self);
    }

    private static void Close(OpenMedium? open) => open?.Stream.Dispose();

    private sealed record Looked(Medium Medium, Opened Opened);

    private sealed class Restart
    {
        public static readonly Restart Instance = new();
    }
}
