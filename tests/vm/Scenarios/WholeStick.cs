using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>A stick is plugged in, read to its end, and pulled out. Nothing on it has changed afterwards.</summary>
/// <param name="name">Name of the scenario.</param>
/// <param name="make">Makes what is on the stick.</param>
internal sealed class WholeStick(string name, Func<Stage, CancellationToken, Task<string>> make) : IScenario
{
    public string Name => name;

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var image = await make(stage, cancellationToken);
        var before = await Stage.HashAsync(image, cancellationToken);
        await using var service = await stage.StartServiceAsync(name, cancellationToken);

        var inserted = new Watch(stage, service);
        await using var stick = await UsbStick.PlugAsync(stage.Machine.Monitor, image, 0, cancellationToken);
        var recognised = await inserted.RecognisedAsync(cancellationToken);
        var complete = await inserted.CompleteAsync(cancellationToken);
        var served = await stick.BytesServedAsync(cancellationToken);

        var pulled = new Watch(stage, service);
        await stick.PullAsync(cancellationToken);
        var noticed = await pulled.NoticedAsync(cancellationToken);

        ScenarioException.Unless(await Stage.HashAsync(image, cancellationToken) == before, "Something wrote to the stick.");
        ScenarioException.Unless(await service.RestartsAsync(cancellationToken) == 0, "The agent ended and had to be started again.");
        return new Figures(recognised, complete - recognised, (double)served / stage.Bundle.Length, noticed);
    }
}
