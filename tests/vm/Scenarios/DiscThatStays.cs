using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>A disc is put into a drive that was there before, read, taken out, and put in again: the drive's node stays the same all the time.</summary>
internal sealed class DiscThatStays : IScenario
{
    public string Name => "disc";

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var image = await stage.Images.Iso9660Async([stage.Bundle.FullName], cancellationToken);
        await using var service = await stage.StartServiceAsync(Name, cancellationToken);
        await using var drive = new DiscDrive(stage.Machine.Monitor);

        var inserted = new Watch(stage, service);
        await drive.InsertAsync(image, cancellationToken);
        var recognised = await inserted.RecognisedAsync(cancellationToken);
        var complete = await inserted.CompleteAsync(cancellationToken);
        var served = await drive.BytesServedAsync(cancellationToken);

        var taken = new Watch(stage, service);
        await drive.TakeAsync(cancellationToken);
        var noticed = await taken.ToldGoneAsync(cancellationToken);

        var again = new Watch(stage, service);
        await drive.InsertAsync(image, cancellationToken);
        var recognisedAgain = await again.RecognisedAsync(cancellationToken);
        ScenarioException.Unless(await service.RestartsAsync(cancellationToken) == 0, "The agent ended and had to be started again.");
        return new Figures(
            recognised,
            complete - recognised,
            (double)served / stage.Bundle.Length,
            null,
            $"taken out by force: told after {noticed.TotalSeconds:F1} s; the next disc recognised after {recognisedAgain.TotalSeconds:F1} s");
    }
}
