using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>
/// Pins images in CRI-O. It compares the list with the names that an image was recorded under (reference/container-storage.md D2), and those have the
/// digest it was imported or pulled by: so a list's name and its instance's are both written. CRI-O reads the list when it is reloaded from 1.29,
/// when it is restarted in 1.28, and never before.
/// </summary>
/// <param name="runtime">CRI-O itself, which is asked whether it worked.</param>
/// <param name="services">systemd, which reloads and restarts it.</param>
/// <param name="options">Where its configuration is.</param>
/// <param name="time">For waiting until a reload has been done.</param>
public sealed class CrioPins(IContainerRuntime runtime, IServiceManager services, CrioPinsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PinFile _file = new(options);

    /// <summary>Pins these images and no others, besides what other files pin. Doing it again is harmless.</summary>
    /// <param name="images">The images; none to pin nothing.</param>
    /// <param name="owner">Who says in the end what is pinned.</param>
    /// <param name="mayRestart">Whether CRI-O may be restarted where a reload does not do.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RuntimeException">PinsFailed, or the runtime cannot be asked.</exception>
    public async ValueTask<PinReport> ApplyAsync(IReadOnlyList<WantedImage> images, PinOwner owner, bool mayRestart, CancellationToken cancellationToken)
    {
        var facts = await runtime.FactsAsync(cancellationToken);
        if (facts.Name != RuntimeFacts.Crio)
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The runtime of this node is {facts.Name}, which does not read CRI-O's list of pinned images. Set the runtime in the agent's settings right.");
        var changed = OnDisk(() => _file.Write(images.SelectMany(static image => image.Names).Select(static name => name.ToString()), owner));
        if (!changed && images.Count > 0 && await LackingAsync(images, "", cancellationToken) is { Count: 0 })
            return new PinReport(PinEffect.Unchanged, []);

        var effect = await TakeEffectAsync(facts, mayRestart, cancellationToken);
        var findings = effect is PinEffect.Applied or PinEffect.Restarted
            ? await WaitAsync(images, cancellationToken)
            : await LackingAsync(images, Advice(effect, facts), cancellationToken);
        return new PinReport(effect, findings.Count > 0 && OnDisk(() => _file.Overruling(owner)) is { } other ? [.. findings.Select(finding => Overruled(finding, other))] : findings);
    }

    /// <summary>Takes our list away; what other files pin counts again.</summary>
    /// <exception cref="RuntimeException">PinsFailed, or the runtime cannot be asked.</exception>
    public async ValueTask<PinEffect> RemoveAsync(bool mayRestart, CancellationToken cancellationToken) =>
        OnDisk(_file.Remove)
            ? await TakeEffectAsync(await runtime.FactsAsync(cancellationToken), mayRestart, cancellationToken)
            : PinEffect.Unchanged;

    private static string Advice(PinEffect effect, RuntimeFacts facts) => effect == PinEffect.NotKnown
        ? $"CRI-O {facts.Version} knows no pins; keep its disk below the kubelet's image threshold until it is upgraded to 1.28."
        : $"CRI-O {facts.Version} reads the list when it is restarted; allow that, or restart it.";

    private static ImageFinding Overruled(ImageFinding finding, string other) => finding.Reason != RuntimeReasons.NotPinned
        ? finding
        : finding with { Reason = RuntimeReasons.PinsOverruled, Message = $"{finding.Image} is not pinned: the file {other} replaces the list of pinned images. Add the image there, or remove pinned_images from it." };

    private async ValueTask<PinEffect> TakeEffectAsync(RuntimeFacts facts, bool mayRestart, CancellationToken cancellationToken)
    {
        if (!facts.IsAtLeast(1, 28))
            return PinEffect.NotKnown;
        var reload = facts.IsAtLeast(1, 29);
        if (!reload && !mayRestart)
            return PinEffect.RestartNeeded;
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
        return reload ? PinEffect.Applied : PinEffect.Restarted;
    }

    private async ValueTask<IReadOnlyList<ImageFinding>> WaitAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var findings = await LackingAsync(images, "See CRI-O's log on this node for what it says of its configuration.", cancellationToken);
            if (findings.All(static finding => finding.Reason != RuntimeReasons.NotPinned) || time.GetElapsedTime(start) > options.ApplyTimeout)
                return findings;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private ValueTask<IReadOnlyList<ImageFinding>> LackingAsync(IReadOnlyList<WantedImage> images, string advice, CancellationToken cancellationToken) =>
        Pinned.LackingAsync(runtime, images, advice, cancellationToken);

    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException(RuntimeReasons.PinsFailed, $"The list of pinned images in {options.DropIns} could not be changed: {e.Message} - remove the cause, then load again.", e);
        }
    }
}
