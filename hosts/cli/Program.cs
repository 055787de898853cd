using Handcarry.Cli;
using Handcarry.Cli.Commands;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};
return await new CommandLine(Surroundings.OfThisProcess()).RunAsync(args, interrupted.Token);
