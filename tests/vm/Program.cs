using System.Runtime.InteropServices;
using Handcarry.Lab.Site;
using Handcarry.Vm;
using Handcarry.Vm.Machine;

// handcarry-vm media [--only NAME,...] [--size MB]: media in a virtual machine, a line for each; CONTRIBUTING.md says more.
// Exit codes: 0 all passed, or skipped with a reason; 1 some failed; 2 not understood.
var scenarios = AllScenarios.List;
if (args is not ["media", .. var rest] || VmOptions.Parse(rest) is not { } options || options.Only.Except(scenarios.Select(static scenario => scenario.Name)).Any())
{
    Console.Error.WriteLine($"usage: handcarry-vm media [--only NAME,...] [--size MB]\nnames: {string.Join(", ", scenarios.Select(static scenario => scenario.Name))}");
    return 2;
}

var chosen = scenarios.Where(scenario => options.Only.Count == 0 || options.Only.Contains(scenario.Name)).ToList();
if (MachineImage.Lacking() is { } lacking)
{
    Console.WriteLine($"skipped: {lacking}\n0 passed, 0 failed, {chosen.Count} skipped");
    return 0;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var failed = await MediaRun.RunAsync(options, chosen, stop.Token);
    Console.WriteLine($"{chosen.Count - failed} passed, {failed} failed, 0 skipped");
    return failed == 0 ? 0 : 1;
}
catch (Exception e) when (e is LabException or MachineException or OperationCanceledException)
{
    Console.Error.WriteLine($"handcarry-vm: {e.Message}");
    return 1;
}
