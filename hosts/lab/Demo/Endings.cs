using System.Runtime.InteropServices;

namespace Handcarry.Lab.Demo;

/// <summary>
/// All the ways in which a run is asked to end. System.CommandLine hears SIGINT and SIGTERM; a closed terminal sends SIGHUP, which would
/// end the process on the spot and leave agents and loop devices behind.
/// </summary>
internal sealed class Endings : IDisposable
{
    private readonly CancellationTokenSource _either;
    private readonly PosixSignalRegistration _hangup;

    public Endings(CancellationToken cancellationToken)
    {
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _either.Cancel();
        });
    }

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _hangup.Dispose();
        _either.Dispose();
    }
}
