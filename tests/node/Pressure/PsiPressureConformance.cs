using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Pressure;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Pressure;

public sealed class PsiPressureConformance : NodePressureConformance, IDisposable
{
    private readonly PsiFolder _folder = new();

    protected override Task<INodePressure> OpenAsync() => Task.FromResult<INodePressure>(new PsiPressure(_folder.Path, null, null, static _ => { }));

    protected override Task SetAsync(PressureFacts? facts)
    {
        _folder.Set(facts);
        return Task.CompletedTask;
    }

    public void Dispose() => _folder.Dispose();
}
