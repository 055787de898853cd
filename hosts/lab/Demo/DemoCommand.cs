using System.CommandLine;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Spectre.Console;

namespace Handcarry.Lab.Demo;

/// <summary><c>handcarry-lab demo</c>: a whole upgrade, and proof of it.</summary>
internal static class DemoCommand
{
    private const string CorruptFault = "corrupt", SealedStore = "sealed", Layers = "layers";

    public static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "Nodes of the site.", DefaultValueFactory = static _ => 3, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "One JSON object per fact and line." };
        var keep = new Option<bool>("--keep") { Description = "Leave the site running and say how to talk to it." };
        var stop = new Option<bool>("--stop") { Description = "End the site that --keep left." };
        var fault = new Option<string?>("--fault") { Description = "corrupt: flip one bit on the medium; the site must refuse the bundle." };
        fault.AcceptOnlyFromAmong(CorruptFault);
        var store = new Option<string>("--store") { Description = "In which form the bundle carries the images: layers, as a registry has them, or sealed, as finished container storage.", DefaultValueFactory = static _ => Layers };
        store.AcceptOnlyFromAmong(SealedStore, Layers);
        var command = new Command("demo", "Upgrades a disconnected site of three nodes from a bundle that is inserted into one of them.") { nodes };
        var release = new ReleaseArguments(command, DemoOptions.Versions);
        foreach (var option in (Option[])[json, keep, stop, fault, store])
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var ending = new Endings(cancellationToken);
            if (parsed.GetValue(stop))
                return await KeptSite.StopAsync(Console.Out);
            RequireRoot();
            if (parsed.GetValue(keep) && !KeptSite.IsDetached)
                return await KeptSite.LaunchAsync(ending.Token);
            if (parsed.GetValue(fault) is not null && parsed.GetValue(store) == SealedStore)
                throw new LabException("--fault flips a bit in a layer, which a bundle with --store sealed does not have: leave one of them out.");
            var options = new DemoOptions
            {
                Release = release.Read(parsed),
                Site = new SiteOptions { Nodes = parsed.GetValue(nodes) }.Validated(),
                Sealed = parsed.GetValue(store) == SealedStore,
                Corrupt = parsed.GetValue(fault) == CorruptFault,
            };
            return await RunAsync(options, Reporter(parsed.GetValue(json)), parsed.GetValue(keep), ending.Token);
        });
        return command;
    }

    // Container storage keeps files with their owners and mounts overlays; tried without root, with and without a user namespace, podman fails
    // in one place or another.
    private static void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new LabException("The demo brings images into container storage as a node does, which only root may: sudo ./run demo");
    }

    private static async Task<int> RunAsync(DemoOptions options, IReporter reporter, bool keep, CancellationToken cancellationToken)
    {
        foreach (var abandoned in SiteFolder.Abandoned())
            await SiteSweep.RunAsync(abandoned, delete: true);
        var folder = await SiteFolder.CreateAsync(cancellationToken);
        try
        {
            var (site, holds) = await new DemoRun(options, reporter).RunAsync(folder, cancellationToken);
            await using (site)
            {
                var exitCode = holds ? 0 : 1;
                reporter.Tell(Result(holds, keep));
                if (keep)
                    await KeptSite.HoldAsync(site, reporter, exitCode, cancellationToken);
                return exitCode;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Called off; nothing is left of it.");
            return 130;
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
        }
    }

    private static Fact Result(bool holds, bool keep) => new(
        "result",
        (holds ? "All of it holds." : "Not all of it holds.")
        + (keep ? "" : " The site is cleared away now; after `--keep` it stays, and the commands above can be repeated."),
        ("holds", holds));

    private static IReporter Reporter(bool json) =>
        json ? new JsonReporter(Console.Out)
        : Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? new LineReporter(Console.Out, TimeProvider.System)
        : new LiveReporter(AnsiConsole.Console);
}
