using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Cli.Writing;

/// <summary>Asks, on standard error and input, before a device is overwritten.</summary>
internal static class Confirmation
{
    /// <summary>Returns only after <c>yes</c>.</summary>
    /// <exception cref="CliException"><see cref="ExitCode.Device"/>: another answer, or none; <see cref="ExitCode.Usage"/>: nobody to ask.</exception>
    public static async Task AskAsync(Surroundings surroundings, SourceBundle bundle, DeviceFacts device, CancellationToken cancellationToken)
    {
        await surroundings.Error.WriteLineAsync($"""
            Bundle  {bundle.Metadata.Version} for {bundle.Metadata.Arch}, {HumanBytes.Of(bundle.Length)}: {bundle.Path}
            Device  {device.Path}: {DeviceText.Of(device)}
            """);
        if (!surroundings.IsInputTerminal)
            throw new CliException(ExitCode.Usage, "Standard input is not a terminal, so nobody can be asked. Add --yes if this is the right device.");
        await surroundings.Error.WriteAsync($"Everything on {device.Path} will be lost. Type yes to write: ");
        await surroundings.Error.FlushAsync(cancellationToken);
        string? answer = null;
        try
        {
            // A terminal's line cannot be waited for in another way.
            answer = await Task.Run(surroundings.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await surroundings.Error.WriteLineAsync();
        }
        if (answer?.Trim() is not "yes")
            throw new CliException(ExitCode.Device, "Nothing was written.");
    }
}
