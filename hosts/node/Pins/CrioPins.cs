using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>
/// Pins images in CRI-O. It compares the list with the names that an image was recorded under (reference/container-storage.md D2), and those have the
/// digest it was imported or pulled by: so a list's name and its instance's are both written. CRI-O reads the list when it is reloaded from 1.29,
/// when it is restarted in 1.28, and never before.
/// </summary>
/// <param name="runtime">CRI-O itself, which is asked whether it worked.</param>
/// <param name="services">systemd, which reloads and restarts it.</param>
/// <param name="permission">Asked before a restart.</param>
/// <param name="options">Where its configuration is.</param>
/// <param name="time">For waiting until a reload has been done.</param>
public sealed class CrioPins(IContainerRuntime runtime, IServiceManager services, IRestartPermission permission, CrioPinsOptions options, TimeProvider time) : IPins
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string SeeLog = "See CRI-O's log on this node for what it says of its configuration.";

    private readonly PinFile _file = new(options.Root);

    /// <summary>Who pins on this node, as it is now.</summary>
    public PinOwner Owner => _file.Owner;

    /// <inheritdoc/>
    public ValueTask<PinReport> ApplyAsync(IReadOnlyList<WantedImage> images, IReadOnlyList<WantedImage> released, CancellationToken cancellationToken) =>
        ApplyAsync(images, Owner, cancellationToken);

    /// <summary>Pins these images and no others, besides what other files pin. Doing it again is harmless.</summary>
    /// <param name="images">The images; none to take our list away.</param>
    /// <param name="owner">Who says in the end what is pinned.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RuntimeException">PinsFailed, or the runtime cannot be asked.</exception>
    public async ValueTask<PinReport> ApplyAsync(IReadOnlyList<WantedImage> images, PinOwner owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        var facts = await runtime.FactsAsync(cancellationToken);
        if (facts.Name != RuntimeFacts.Crio)
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The runtime of this node is {facts.Name}, which does not read CRI-O's list of pinned images. Set load.runtime right.");
        var changes = OnDisk(() => Make(facts, images, owner));
        if (changes.Owed.Count == 0 && await LackingAsync(images, "", cancellationToken) is { Count: 0 })
            return new PinReport(PinEffect.Unchanged, []);

        var (effect, waiting) = await TakeEffectAsync(facts, changes, cancellationToken);
        var findings = effect is PinEffect.Applied or PinEffect.Restarted
            ? await WaitAsync(images, cancellationToken)
            : await LackingAsync(images, Advice(effect, facts, waiting), cancellationToken);
        return new PinReport(effect, findings.Count > 0 && OnDisk(() => _file.Overruling(owner)) is { } other ? [.. findings.Select(finding => Overruled(finding, other))] : findings);
    }

    private static string Advice(PinEffect effect, RuntimeFacts facts, string? waiting) => effect switch
    {
        PinEffect.NotKnown => $"CRI-O {facts.Version} knows no pins; keep its disk below the kubelet's image threshold until it is upgraded to 1.28.",
        PinEffect.RestartNeeded => $"CRI-O {facts.Version} reads the list when it is restarted. {waiting}",
        _ => SeeLog,
    };

    private static ImageFinding Overruled(ImageFinding finding, string other) => finding.Reason != RuntimeReasons.NotPinned
        ? finding
        : finding with
        {
            Reason = RuntimeReasons.PinsOverruled,
            Message = other == PinFile.OfOperator
                ? $"{finding.Image} is not pinned: on this node a PinnedImageSet says what is ({other}). Add the images of the bundle to it."
                : $"{finding.Image} is not pinned: the file {other} replaces the list of pinned images. Add the image there, or remove pinned_images from it.",
        };

    /// <summary>Puts the file in place; what CRI-O has to be told is owed until it was, also after a crash.</summary>
    private HostChanges Make(RuntimeFacts facts, IReadOnlyList<WantedImage> images, PinOwner owner)
    {
        var changes = new HostChanges(options.Root, options.State);
        if (images.Count == 0)
            changes.Undo();
        else
            changes.Make([_file.Change(images.SelectMany(static image => image.Names).Select(static name => name.ToString()), owner)], Services(facts));
        return changes;
    }

    private IReadOnlyList<ServiceAction> Services(RuntimeFacts facts) =>
        !CrioVersion.KnowsPins(facts) ? [] : [new(CrioVersion.ReloadReadsPins(facts) ? ServiceActionKind.Reload : ServiceActionKind.Restart, options.Unit)];

    private async ValueTask<(PinEffect Effect, string? Waiting)> TakeEffectAsync(RuntimeFacts facts, HostChanges changes, CancellationToken cancellationToken)
    {
        if (!CrioVersion.KnowsPins(facts))
            return (PinEffect.NotKnown, null);
        var reload = CrioVersion.ReloadReadsPins(facts);
        await using var permit = reload ? new RestartPermit(null) : await permission.AskAsync(options.Unit, cancellationToken);
        if (permit.Refusal is { } refusal)
            return (PinEffect.RestartNeeded, refusal);
        try
        {
            var result = reload ? await services.ReloadAsync(options.Unit, cancellationToken) : await services.RestartAsync(options.Unit, cancellationToken);
            if (result != JobResult.Done)
                throw new RuntimeException(RuntimeReasons.PinsFailed, $"{options.Unit} could not be {(reload ? "reloaded" : "restarted")} to read the list of pinned images ({result}). See its log on this node.");
        }
        catch (ServiceException e)
        {
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The list of pinned images could not be made to count: {e.Message}", e);
        }
        foreach (var told in changes.Owed.ToList())
            OnDisk(() => { changes.Paid(told); return true; });
        return (reload ? PinEffect.Applied : PinEffect.Restarted, null);
    }

    private async ValueTask<IReadOnlyList<ImageFinding>> WaitAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var findings = await LackingAsync(images, SeeLog, cancellationToken);
            if (findings.All(static finding => finding.Reason != RuntimeReasons.NotPinned) || time.GetElapsedTime(start) > options.ApplyTimeout)
                return findings;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private ValueTask<IReadOnlyList<ImageFinding>> LackingAsync(IReadOnlyList<WantedImage> images, string advice, CancellationToken cancellationToken) =>
        Pinned.LackingAsync(runtime, images, advice, cancellationToken);

    private static T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArmingException)
        {
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The list of pinned images in {PinFile.DropIns} could not be changed: {e.Message}", e);
        }
    }
}
