using Microsoft.Extensions.Logging;

namespace Handcarry.Lab.Operator;

/// <summary>What an emulated operator does all the time: look, and look again after a pause, whatever came of it.</summary>
internal static class LabLoop
{
    /// <summary>Runs until it is cancelled, without throwing.</summary>
    /// <param name="who">For the log: "The operator".</param>
    /// <param name="options">The clock, the log, and the pause after a look that failed.</param>
    /// <param name="look">One look; it says how long to pause.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string who, LabOperatorOptions options, Func<CancellationToken, Task<TimeSpan>> look, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = options.SyncEvery;
            try
            {
                pause = await look(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // An API server that is away, a conflict, a storage that cannot be asked: it looks again, as the real one does.
                options.Logger.LogDebug(failure, "{Who} tries again", who);
            }
            await Task.Delay(pause, options.Time, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}
