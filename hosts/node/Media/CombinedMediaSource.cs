using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media;

/// <summary>The media of several sources, whose ids must not collide. When one of them fails, so does watching, to be begun again.</summary>
public sealed class CombinedMediaSource(IReadOnlyList<IMediaSource> sources) : IMediaSource
{
    private readonly ConcurrentDictionary<string, IMediaSource> _sourceOf = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async IAsyncEnumerable<MediaChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateBounded<MediaChange>(1);
        var watching = sources.Select(source => WatchAsync(source, changes.Writer, stop.Token)).ToList();
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(watching);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken) =>
        _sourceOf.TryGetValue(medium.Id, out var source)
            ? source.OpenAsync(medium, cancellationToken)
            : throw new ContentException(Reasons.ReadFailed, $"{medium.Name} is not there any more: insert it again.");

    private async Task WatchAsync(IMediaSource source, ChannelWriter<MediaChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in source.WatchAsync(cancellationToken))
            {
                if (change.Present)
                    _sourceOf[change.Medium.Id] = source;
                else
                    _sourceOf.TryRemove(change.Medium.Id, out _);
                await changes.WriteAsync(change, cancellationToken);
            }
            changes.TryComplete();
        }
        catch (Exception e)
        {
            changes.TryComplete(e);
        }
    }
}
