using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>
/// Discs in a drive that was there before; the drive's node stays the same all the time:
/// <code>
///   1 a slow disc is put in, a third is kept     3 put in again: only what is missing is read
///   2 taken out by force: noticed, and told      4 taken out and put in once more: recognised again
/// </code>
/// </summary>
internal sealed class DiscThatStays : IScenario
{
    private const long Slow = 3_000_000; // bytes per second

    public string Name => "disc";

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var image = await stage.Images.Iso9660Async([stage.Bundle.FullName], cancellationToken);
        await using var service = await stage.StartServiceAsync(Name, cancellationToken);
        await using var drive = new DiscDrive(stage.Machine.Monitor);

        // 1
        var inserted = new Watch(stage, service);
        await drive.InsertAsync(image, Slow, cancellationToken);
        var recognised = await inserted.RecognisedAsync(cancellationToken);
        await inserted.HoldsAsync(stage.Bundle.Length / 3, cancellationToken);
        var served = await drive.BytesServedAsync(cancellationToken);

        // 2
        var taken = new Watch(stage, service);
        await drive.TakeAsync(cancellationToken);
        var noticed = await taken.ToldGoneAsync(cancellationToken);
        await taken.TellsAsync(static message => message.Contains("nsert", StringComparison.Ordinal), cancellationToken);
        var held = service.Upgrade.Last!.Nodes[0].BytesHeld;

        // 3
        var again = new Watch(stage, service);
        await drive.InsertAsync(image, 0, cancellationToken);
        var found = await again.RecognisedAsync(cancellationToken);
        var complete = await again.CompleteAsync(cancellationToken);
        var rest = await drive.BytesServedAsync(cancellationToken);
        ScenarioException.Unless(
            rest <= stage.Bundle.Length - held + PulledStick.Again,
            $"The node had {held} of {stage.Bundle.Length} bytes, and still read {rest} when the disc was put in again.");

        // 4
        var emptied = new Watch(stage, service);
        await drive.TakeAsync(cancellationToken);
        await emptied.ToldGoneAsync(cancellationToken);
        var last = new Watch(stage, service);
        await drive.InsertAsync(image, 0, cancellationToken);
        await last.RecognisedAsync(cancellationToken);
        ScenarioException.Unless(await service.RestartsAsync(cancellationToken) == 0, "The agent ended and had to be started again.");
        return new Figures(
            recognised,
            complete - found,
            (double)(served + rest) / stage.Bundle.Length,
            null,
            $"taken out by force while it was read: told after {noticed.TotalSeconds:F1} s, {held / 1e6:F0} of {stage.Bundle.Length / 1e6:F0} MB kept, {rest / 1e6:F0} MB read afterwards");
    }
}
