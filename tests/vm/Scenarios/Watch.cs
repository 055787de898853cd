using System.Diagnostics;
using System.Globalization;
using Handcarry.Lab.Site;
using Handcarry.Vm.Machine;
using Handcarry.Vm.Site;

namespace Handcarry.Vm.Scenarios;

/// <summary>Watches what the agent does with one insertion: what it says in the journal and in the site's status.</summary>
internal sealed class Watch
{
    /// <summary>How soon the agent has to notice that a medium is gone, once the kernel has; asked of it where the load of this machine lets it.</summary>
    public static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    private const string Gone = "was taken out";

    private readonly Stage _stage;
    private readonly NodeService _service;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _journal;
    private readonly int _upgrade;

    /// <summary>Begins now: what was said before does not count.</summary>
    public Watch(Stage stage, NodeService service)
    {
        (_stage, _service) = (stage, service);
        (_journal, _upgrade) = (service.Journal.Entries.Count, service.Upgrade.Count);
    }

    /// <summary>Waits until the agent says which bundle is on the medium; tells how long that took.</summary>
    public async Task<TimeSpan> RecognisedAsync(CancellationToken cancellationToken)
    {
        await SaidAsync($"holds OpenShift {_stage.Release.Options.Version}", cancellationToken);
        return _clock.Elapsed;
    }

    /// <summary>Waits until the node has at least so many bytes of the bundle, all verified.</summary>
    public async Task HoldsAsync(long bytes, CancellationToken cancellationToken) =>
        await StatusAsync(node => node.BytesHeld >= bytes, cancellationToken);

    /// <summary>
    /// Waits until the status says this, of the node or of the whole upgrade: where reading has failed before the medium is known to be gone, the supervisor has
    /// already taken the node off it and says itself what to do.
    /// </summary>
    public async Task TellsAsync(Func<string, bool> sentence, CancellationToken cancellationToken) =>
        await _service.Upgrade.FirstAsync(_upgrade, upgrade => sentence(upgrade.Message) || upgrade.Nodes.Any(node => sentence(node.Message)), cancellationToken);

    /// <summary>Waits until the node has everything, and asks the machine's own sha256sum whether it does; tells how long it took.</summary>
    public async Task<TimeSpan> CompleteAsync(CancellationToken cancellationToken)
    {
        await StatusAsync(static node => node.Stage is "Loading" or "Ready", cancellationToken);
        var took = _clock.Elapsed;
        var sums = await _stage.Machine.Shell.RunAsync("find /var/lib/handcarry/blobs -type f -exec sha256sum {} +", cancellationToken);
        var there = sums.Split('\n').Select(static line => line.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        var missing = _stage.Release.Layers.Where(layer => !there.Contains(layer.Digest.Hex)).ToList();
        ScenarioException.Unless(missing.Count == 0, $"The agent says it has everything, but {missing.Count} layers are not there, among them {missing.FirstOrDefault()?.Digest}.");
        return took;
    }

    /// <summary>Waits until every image is in the node's container storage, by skopeo and podman in the machine.</summary>
    public async Task LoadedAsync(CancellationToken cancellationToken) =>
        await StatusAsync(static node => node.Stage == "Ready", cancellationToken);

    /// <summary>Waits until the agent says that the medium is gone; tells how long that took from when the kernel knew.</summary>
    public async Task<TimeSpan> NoticedAsync(CancellationToken cancellationToken)
    {
        var known = await _service.Journal.Entries.FirstAsync(_journal, static entry => entry is { FromKernel: true } && entry.Text.Contains("USB disconnect", StringComparison.Ordinal), cancellationToken);
        var took = (await SaidAsync(Gone, cancellationToken)).At - known.At;
        ScenarioException.Unless(took <= Promise || IsBusy(), $"The agent noticed only {took.TotalSeconds:F1} s after the kernel that the medium is gone; {Promise.TotalSeconds:F0} s are promised.");
        return took;
    }

    // An emulated processor that does not get its turn is late with everything; then a time says nothing of the agent.
    private static bool IsBusy() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) > 2 * Environment.ProcessorCount;

    /// <summary>Waits until the agent says that the medium is gone, where the kernel says nothing; tells how long that took by this machine's clock.</summary>
    public async Task<TimeSpan> ToldGoneAsync(CancellationToken cancellationToken)
    {
        await SaidAsync(Gone, cancellationToken);
        return _clock.Elapsed;
    }

    /// <summary>Waits until the agent writes a message with these words to the journal.</summary>
    public Task<JournalEntry> SaidAsync(string words, CancellationToken cancellationToken) =>
        _service.Journal.Entries.FirstAsync(_journal, entry => !entry.FromKernel && entry.Text.Contains(words, StringComparison.Ordinal), cancellationToken);

    private async Task<NodeProgress> StatusAsync(Func<NodeProgress, bool> wanted, CancellationToken cancellationToken)
    {
        var upgrade = await _service.Upgrade.FirstAsync(
            _upgrade,
            upgrade => upgrade.Phase is "Refused" or "Failed" || upgrade.Nodes.Any(wanted),
            cancellationToken);
        ScenarioException.Unless(upgrade.Phase is not ("Refused" or "Failed"), $"The upgrade was {upgrade.Phase}: {upgrade.Reason}: {upgrade.Message}");
        return upgrade.Nodes.First(wanted);
    }
}
