using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Bundles.Verification;

namespace Handcarry.Cli.Rendering;

/// <summary>A stage that begins with the first report, since its total is known only then. Reports say what is done in all, from any thread.</summary>
internal sealed class LazyStage(IStages stages, string name) : IProgress<BundleProgress>, IProgress<StoreProofProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private IStage? _stage;
    private long _done;

    public void Report(BundleProgress value) => Report(value.Done, value.Total);

    public void Report(StoreProofProgress value) => Report(value.Done, value.Total);

    public void Complete() => _stage?.Complete();

    public void Dispose() => _stage?.Dispose();

    private void Report(long done, long total)
    {
        lock (_lock)
        {
            _stage ??= stages.Begin(name, total);
            if (done > _done)
                _stage.Report(done - _done);
            _done = Math.Max(_done, done);
        }
    }
}
