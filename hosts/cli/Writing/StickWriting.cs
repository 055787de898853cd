using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Writing;

/// <summary>Writes, reads back, finishes; in the end the device is closed and may be pulled.</summary>
internal static class StickWriting
{
    /// <exception cref="ContentException">The device is not opened; it is as it was.</exception>
    /// <exception cref="CliException">From the first write on: interrupted, a device or bundle that fails, bytes that differ. It says that the device is incomplete.</exception>
    public static async Task<WrittenStick> RunAsync(
        SourceBundle bundle, DeviceFacts target, Func<DeviceFacts, IRawDevice> open, IStages stages, CancellationToken cancellationToken)
    {
        using var device = open(target);
        try
        {
            var writer = new DeviceWriter(device, target.Path);
            DeviceCopy copy;
            using (var stage = stages.Begin($"Writing {target.Path}", bundle.Length))
            {
                copy = await writer.WriteAsync(bundle.Stream, bundle.Length, stage, cancellationToken);
                stage.Complete();
            }
            using (var stage = stages.Begin($"Reading back {target.Path}", copy.Pieces.Sum(piece => (long)piece.Length)))
            {
                await new DeviceReadBack(device, target.Path).CompareAsync(copy, bundle.Stream, stage, cancellationToken);
                stage.Complete();
            }
            if (!await writer.FinishAsync(copy))
                stages.Note($"The kernel still shows the partitions that {target.Path} had before; that ends when it is pulled.");
            return WrittenStick.Of(bundle, target, copy);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Interrupted, $"Interrupted: {Incomplete(target)}");
        }
        catch (ContentException e)
        {
            throw new CliException(ExitCode.Of(e.Reason), $"{e.Reason}: {e.Message}\n{Incomplete(target)}", e);
        }
    }

    private static string Incomplete(DeviceFacts target) =>
        $"{target.Path} is incomplete: what it held is lost, and no node will take it for a bundle. Write it again before you hand it on.";
}
