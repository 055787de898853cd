using Handcarry.Cli.Rendering;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Cli.Creation;

/// <summary>Tells that something is tried again: each reason once in a while, not once for each of the connections that meet it.</summary>
internal sealed class RetryNotices(IStages stages, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    public void Tell(RegistryNotice notice)
    {
        lock (_lock)
        {
            if (_told.TryGetValue(notice.Why, out var before) && time.GetElapsedTime(before) < Pause)
                return;
            _told[notice.Why] = time.GetTimestamp();
        }
        stages.Note($"{notice.Why} Trying again in {notice.Delay.TotalSeconds:0} s.");
    }
}
