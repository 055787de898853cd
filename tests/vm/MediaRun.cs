using System.Diagnostics;
using System.Globalization;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Vm.Machine;
using Handcarry.Vm.Scenarios;
using Handcarry.Vm.Site;

namespace Handcarry.Vm;

/// <summary>
/// Real media in a real machine:
/// <code>
///   1 make a release and its bundle          3 let one scenario after the other happen, each with an agent that knows nothing yet
///   2 start a machine with the agent on it   4 end the machine and remove everything
/// </code>
/// </summary>
internal static class MediaRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8); // of one scenario, on a machine that is busy with others

    /// <summary>Runs these scenarios; tells how many failed.</summary>
    public static async Task<int> RunAsync(VmOptions options, IReadOnlyList<IScenario> scenarios, CancellationToken cancellationToken)
    {
        var logs = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, "out/e2e-media")).FullName;
        var image = await MachineImage.GetAsync(cancellationToken);
        var folder = await SiteFolder.CreateAsync(cancellationToken);
        try
        {
            // 1
            var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = options.Megabytes * 1_000_000L }, folder.Release, Busybox.Read(), cancellationToken);
            var signed = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            var bundle = new FileInfo((await ReleaseBundle.WriteAsync(release, signed.Signature, folder.Root, cancellationToken)).Path);
            var (carried, key) = await CarriedDisk.MakeAsync(folder, MachineSite.Node, cancellationToken);

            // 2
            var clock = Stopwatch.StartNew();
            await using var machine = await VirtualMachine.StartAsync(image, carried, key, Path.Combine(folder.Root, "machine"), cancellationToken);
            await machine.Shell.RunAsync(CarriedDisk.Install, cancellationToken);
            Console.WriteLine($"The machine is up after {clock.Elapsed.TotalSeconds:F0} s; the bundle has {bundle.Length / 1e6:F1} MB. Journals: {logs}");

            // 3
            var media = Directory.CreateDirectory(Path.Combine(folder.Root, "media")).FullName;
            var raw = await new Media.MediumImages(folder.Root).RawAsync(bundle.FullName, cancellationToken);
            var stage = new Stage(machine, release, signed.PublicKey, bundle, raw, media, logs);
            var failed = 0;
            Console.WriteLine($"{"medium",-12} {"recognised",10} {"read",8} {"served",7} {"pull noticed",12}");
            foreach (var scenario in scenarios)
            {
                if (!await HappensAsync(scenario, stage, cancellationToken))
                    failed++;
                foreach (var left in Directory.EnumerateFiles(media))
                    File.Delete(left);
            }

            return failed;
        }
        finally
        {
            // 4
            await SiteSweep.RunAsync(folder, delete: true);
        }
    }

    private static async Task<bool> HappensAsync(IScenario scenario, Stage stage, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var figures = await scenario.RunAsync(stage, patience.Token);
            Console.WriteLine(
                $"{scenario.Name,-12} {Seconds(figures.Recognised, 1, 10)} {Seconds(figures.Read, 1, 8)} {(figures.Served is { } served ? $"{served:F2}" : "-"),7} "
                + $"{Seconds(figures.Noticed, 2, 12)}  passed{(figures.Remark.Length > 0 ? $": {figures.Remark}" : "")}");
            return true;
        }
        catch (Exception e) when (e is ScenarioException or MachineException or LabException)
        {
            // Whoever ends this run ends ssh and QEMU with it, as one group of processes: that they are gone is then no finding.
            cancellationToken.ThrowIfCancellationRequested();
            Console.WriteLine($"{scenario.Name,-12} FAILED: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine($"{scenario.Name,-12} FAILED: what it waited for did not happen within {Patience.TotalMinutes:F0} minutes.");
        }

        Console.WriteLine($"{"",-12} journal: {Path.Combine(stage.Logs, scenario.Name + ".log")}");
        return false;
    }

    private static string Seconds(TimeSpan? time, int digits, int width) =>
        (time is { } took ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(took.TotalSeconds, digits)} s") : "-").PadLeft(width);
}
