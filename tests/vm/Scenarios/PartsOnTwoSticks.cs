using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Scenarios;

/// <summary>A bundle in three numbered parts on FAT32: the first on one stick, the others on another that is plugged in when the first was pulled out.</summary>
internal sealed class PartsOnTwoSticks : IScenario
{
    private const int Count = 3;

    public string Name => "parts";

    public async Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var parts = await CutAsync(stage, cancellationToken);
        string[] images = [await stage.Images.VfatAsync(parts[..1], cancellationToken), await stage.Images.VfatAsync(parts[1..], cancellationToken)];
        await using var service = await stage.StartServiceAsync(Name, cancellationToken);

        var inserted = new Watch(stage, service);
        await using var first = await UsbStick.PlugAsync(stage.Machine.Monitor, images[0], 0, cancellationToken);
        var recognised = await inserted.RecognisedAsync(cancellationToken);
        await inserted.TellsAsync(static message => message.Contains(".002", StringComparison.Ordinal) && message.Contains("Insert", StringComparison.Ordinal), cancellationToken);
        var served = await first.BytesServedAsync(cancellationToken);
        var pulled = new Watch(stage, service);
        await first.PullAsync(cancellationToken);
        var noticed = await pulled.NoticedAsync(cancellationToken);

        var followed = new Watch(stage, service);
        await using var second = await UsbStick.PlugAsync(stage.Machine.Monitor, images[1], 0, cancellationToken);
        var complete = await followed.CompleteAsync(cancellationToken);
        served += await second.BytesServedAsync(cancellationToken);
        ScenarioException.Unless(await service.RestartsAsync(cancellationToken) == 0, "The agent ended and had to be started again.");
        return new Figures(recognised, complete, (double)served / stage.Bundle.Length, noticed, "the first part on one stick, two on another");
    }

    private static async Task<string[]> CutAsync(Stage stage, CancellationToken cancellationToken)
    {
        var size = (stage.Bundle.Length / Count) + 1;
        var parts = new string[Count];
        await using var bundle = stage.Bundle.OpenRead();
        var buffer = new byte[size];
        for (var i = 0; i < Count; i++)
        {
            parts[i] = Path.Combine(stage.Folder, $"{stage.Bundle.Name}.{i + 1:D3}");
            var length = await bundle.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            await File.WriteAllBytesAsync(parts[i], buffer[..length], cancellationToken);
        }

        return parts;
    }
}
