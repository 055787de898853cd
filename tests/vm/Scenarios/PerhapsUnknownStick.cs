using System.Diagnostics;
using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>
/// A stick with a file system that not every kernel has a driver for (Debian 12's has none for NTFS). With the driver it is a <see cref="WholeStick"/>; without,
/// the agent has to say that this kernel cannot read it and what to do instead.
/// </summary>
/// <param name="name">Name of the scenario, and of the file system in udev's words.</param>
/// <param name="driver">The kernel's driver.</param>
/// <param name="make">Makes what is on the stick.</param>
internal sealed class PerhapsUnknownStick(string name, string driver, Func<Stage, CancellationToken, Task<string>> make) : IScenario
{
    public string Name => name;

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        if (await stage.Machine.Shell.RunAsync($"modprobe --quiet {driver} && echo there || true", cancellationToken) == "there")
            return await new WholeStick(name, make).RunAsync(stage, cancellationToken);

        var image = await make(stage, cancellationToken);
        await using var service = await stage.StartServiceAsync(name, cancellationToken);
        var clock = Stopwatch.StartNew();
        var inserted = new Watch(stage, service);
        await using var stick = await UsbStick.PlugAsync(stage.Machine.Monitor, image, 0, cancellationToken);
        var said = await inserted.SaidAsync("FileSystemUnknown", cancellationToken);
        var told = clock.Elapsed;
        ScenarioException.Unless(
            said.Text.Contains($"cannot read {name}", StringComparison.Ordinal) && said.Text.Contains("handcarry write", StringComparison.Ordinal),
            $"The agent does not say what to do about {name}: {said.Text}");
        return new Figures(told, null, null, null, $"this kernel has no {driver}, so nothing was read; the agent says FileSystemUnknown and what to do");
    }
}
