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
    private readonly Dictionary<string, CancellationTokenSource> _digests = new(StringComparer.Ordinal);
    private Feed? _feed;

    public MediaWatcher(IMediaSource source, BundleLimits limits)
    {
        (_source, _limits) = (source, limits);
        Receive<MediaChange>(OnChange);
        Receive<Looked>(OnLooked);
        Receive<HandOver>(OnHandOver);
        Receive<TakeDigest>(OnTakeDigest);
        Receive<DigestTaken>(OnDigestTaken);
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
        foreach (var id in _digests.Keys.ToList())
            StopDigest(id);
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
            StopDigest(medium.Id);
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

        StopDigest(order.MediumId);
        if (known.Open is { } open)
        {
            _media[order.MediumId] = (known.Medium, null);
            order.To.Tell(new Opened(open, null));
            return;
        }

        // Read before: from the start again; what is here already is passed over.
        OpenAsync(known.Medium).PipeTo(order.To, Self);
    }

    // A medium is read by one at a time, so what is open for carrying is closed; then it is read once more, by the digest of its inventory.
    private void OnTakeDigest(TakeDigest order)
    {
        if (!_media.TryGetValue(order.MediumId, out var known) || _digests.ContainsKey(order.MediumId))
            return;
        Close(known.Open);
        _media[order.MediumId] = (known.Medium, null);
        var stop = _digests[order.MediumId] = new CancellationTokenSource();
        _log.Info("The digest of the file on {0} is being taken", known.Medium.Name);
        var token = stop.Token;
        Task.Run(() => DigestAsync(known.Medium, token), CancellationToken.None).PipeTo(Self);
    }

    private async Task<DigestTaken> DigestAsync(Medium medium, CancellationToken stop)
    {
        try
        {
            await using var stream = await _source.OpenAsync(medium, stop);
            return new DigestTaken(medium, await BundleFileDigest.TakeAsync(stream, _limits, stop), null, stop);
        }
        catch (ContentException e)
        {
            return new DigestTaken(medium, null, e, stop);
        }
        catch (Exception e)
        {
            return new DigestTaken(medium, null, new ContentException(Reasons.ReadFailed, $"{medium.Name} cannot be read: {e.Message}", e), stop);
        }
    }

    private void OnDigestTaken(DigestTaken taken)
    {
        if (taken.Stop.IsCancellationRequested || !_media.ContainsKey(taken.Medium.Id))
            return;
        if (taken.Cause is { } cause)
            _log.Warning("The digest of the file on {0} cannot be taken: {1}: {2}", taken.Medium.Name, cause.Reason, cause.Message);
        else
            _log.Info("The file on {0} is {1}, bundle {2}", taken.Medium.Name, taken.Digest!.Digest, taken.Digest.Metadata.Commitment);
        Context.Parent.Tell(new NodeEvent.MediumFound(taken is { Digest: { } digest }
            ? new MediumReport(taken.Medium.Id, taken.Medium.Name, BundleFacts.Of(digest.Metadata, []) with { FileDigest = digest.Digest.ToString() })
            : new MediumReport(taken.Medium.Id, taken.Medium.Name, null, taken.Cause!.Reason, taken.Cause.Message)));
    }

    private void StopDigest(string mediumId)
    {
        if (!_digests.Remove(mediumId, out var stop))
            return;
        stop.Cancel();
        stop.Dispose();
    }

    private static void Close(OpenMedium? open) => open?.Stream.Dispose();

    private sealed record Looked(Medium Medium, Opened Opened);

    private sealed record DigestTaken(Medium Medium, BundleFileDigest? Digest, ContentException? Cause, CancellationToken Stop);

    private sealed class Restart
    {
        public static readonly Restart Instance = new();
    }
}
