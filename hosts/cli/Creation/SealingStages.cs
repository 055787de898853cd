using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Storage.Sealing;

namespace Handcarry.Cli.Creation;

/// <summary>Shows the steps of a sealing one after the other.</summary>
internal sealed class SealingStages(IStages stages) : IProgress<SealingProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private IStage? _stage;
    private SealingStage? _current;
    private long _reported;

    public void Report(SealingProgress value)
    {
        lock (_lock)
        {
            if (_current != value.Stage)
            {
                _stage?.Complete();
                _stage?.Dispose();
                (_current, _reported) = (value.Stage, 0);
                _stage = stages.Begin(NameOf(value), value.Stage == SealingStage.Proving && value.Total > 0 ? value.Total : null);
            }
            if (value.Stage == SealingStage.Proving && value.Done > _reported)
            {
                _stage!.Report(value.Done - _reported);
                _reported = value.Done;
            }
        }
    }

    public void Complete() => _stage?.Complete();

    public void Dispose() => _stage?.Dispose();

    private static string NameOf(SealingProgress value) => value.Stage switch
    {
        SealingStage.Importing => $"Unpacking {value.Total} images",
        SealingStage.Syncing => "Syncing the store",
        SealingStage.Proving => "Proving the store",
        _ => "Packing the store",
    };
}
