using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>
/// A slow stick is pulled out in the middle of being read:
/// <code>
///   1 plugged in, a third is kept       4 plugged in again: only what is missing is read
///   2 pulled out: noticed, and told     5 where wanted, the images are loaded too
///   3 what was verified is still there  6 pulled out again; nothing on it has changed
/// </code>
/// </summary>
/// <param name="name">Name of the scenario.</param>
/// <param name="make">Makes what is on the stick.</param>
/// <param name="load">Whether to wait until the images are in the node's container storage.</param>
internal sealed class PulledStick(string name, Func<Stage, CancellationToken, Task<string>> make, bool load = false) : IScenario
{
    private const long Slow = 3_000_000; // bytes per second

    /// <summary>
    /// Bytes that finding a bundle anew takes at most: the kernel's and udev's look for partitions and file systems, the head and the inventory, and what was
    /// being read ahead when it was pulled out.
    /// </summary>
    internal const long Again = 12 << 20;

    public string Name => name;

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var image = await make(stage, cancellationToken);
        var before = await Stage.HashAsync(image, cancellationToken);
        await using var service = await stage.StartServiceAsync(name, cancellationToken);

        // 1
        var inserted = new Watch(stage, service);
        await using var slow = await UsbStick.PlugAsync(stage.Machine.Monitor, image, Slow, cancellationToken);
        var recognised = await inserted.RecognisedAsync(cancellationToken);
        await inserted.HoldsAsync(stage.Bundle.Length / 3, cancellationToken);

        // 2
        var served = await slow.BytesServedAsync(cancellationToken);
        var pulled = new Watch(stage, service);
        await slow.PullAsync(cancellationToken);
        var noticed = await pulled.NoticedAsync(cancellationToken);
        await pulled.TellsAsync(
            static message => message.Contains("nsert", StringComparison.Ordinal) && message.Contains(" again", StringComparison.Ordinal), cancellationToken);

        // 3
        var held = service.Upgrade.Last!.Nodes[0].BytesHeld;
        ScenarioException.Unless(held >= stage.Bundle.Length / 3 && held < stage.Bundle.Length, $"Of {stage.Bundle.Length} bytes the node keeps {held} after the stick was pulled out.");

        // 4
        var again = new Watch(stage, service);
        await using var stick = await UsbStick.PlugAsync(stage.Machine.Monitor, image, 0, cancellationToken);
        var found = await again.RecognisedAsync(cancellationToken);
        var complete = await again.CompleteAsync(cancellationToken);
        var rest = await stick.BytesServedAsync(cancellationToken);
        ScenarioException.Unless(
            rest <= stage.Bundle.Length - held + Again,
            $"The node had {held} of {stage.Bundle.Length} bytes, and still read {rest} when the stick was inserted again.");

        // 5
        if (load)
            await again.LoadedAsync(cancellationToken);

        // 6
        var removed = new Watch(stage, service);
        await stick.PullAsync(cancellationToken);
        var last = await removed.NoticedAsync(cancellationToken);
        ScenarioException.Unless(await Stage.HashAsync(image, cancellationToken) == before, "Something wrote to the stick.");
        ScenarioException.Unless(await service.RestartsAsync(cancellationToken) == 0, "The agent ended and had to be started again.");
        return new Figures(
            recognised,
            complete - found,
            (double)(served + rest) / stage.Bundle.Length,
            noticed > last ? noticed : last,
            $"pulled with {held / 1e6:F0} of {stage.Bundle.Length / 1e6:F0} MB kept, {rest / 1e6:F0} MB read afterwards{(load ? ", images loaded" : "")}");
    }
}
