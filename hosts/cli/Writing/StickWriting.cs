using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Writing;

/// <summary>Writes, reads back, finishes; in the end the device is closed and may be pulled.</summary>
internal static class StickWriting
{
    /// <exception cref="CliException">
    /// <see cref="ExitCode.DeviceRefused"/>, <see cref="ExitCode.WriteFailed"/>, <see cref="ExitCode.ReadBackDiffers"/>, <see cref="ExitCode.WriteInterrupted"/>.
    /// </exception>
    public static async Task<WrittenStick> RunAsync(
        SourceBundle bundle, DeviceFacts target, Func<DeviceFacts, IRawDevice> open, IStages stages, CancellationToken cancellationToken)
    {
        using var device = Open(target, open);
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
            throw new CliException(ExitCode.WriteInterrupted, $"Interrupted: {Incomplete(target)}");
        }
        catch (ContentException e)
        {
            throw new CliException(e.Reason == DeviceReasons.ReadBackDiffers ? ExitCode.ReadBackDiffers : ExitCode.WriteFailed, $"{e.Message}\n{Incomplete(target)}", e);
        }
    }

    private static IRawDevice Open(DeviceFacts target, Func<DeviceFacts, IRawDevice> open)
    {
        try
        {
            return open(target);
        }
        catch (ContentException e)
        {
            throw new CliException(ExitCode.DeviceRefused, e.Message, e);
        }
    }

    private static string Incomplete(DeviceFacts target) =>
        $"{target.Path} is incomplete: what it held is lost, and no node will take it for a bundle. Write it again before you hand it on.";
}
