namespace Handcarry.Hosts.Node.Processes;

/// <summary>Runs a program to its end.</summary>
public interface IProcessRunner
{
    /// <summary>
    /// Starts the program, waits for its end and returns what it said. A program that cannot be started: <see cref="ProgramMissingException"/>.
    /// When cancelled (<see cref="OperationCanceledException"/>) or too slow (<see cref="TimeoutException"/>), the program and all that it
    /// started have been killed before the exception is thrown.
    /// </summary>
    ValueTask<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken);
}
