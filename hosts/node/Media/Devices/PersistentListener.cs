using System.Threading.Channels;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// Listens to a source for as long as it is wanted. One that fails, as when the system bus is restarted, is listened to again, and begins with all that is there.
/// </summary>
internal sealed class PersistentListener(IBlockDeviceSource source, TimeProvider time, IMediaLog log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Passes on what the source tells, until cancelled. Does not throw.</summary>
    public async Task RunAsync(ChannelWriter<BlockDeviceEvent> events, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await foreach (var told in source.WatchAsync(cancellationToken))
                {
                    pause = FirstPause;
                    await events.WriteAsync(told, cancellationToken);
                }
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (pause == FirstPause)
                    log.Deaf(source.Name, e);
            }
            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
