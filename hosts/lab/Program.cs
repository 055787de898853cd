using System.CommandLine;
using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

var root = new RootCommand("A whole disconnected site on one machine, to see Handcarry work and to test it.") { DemoCommand.Create(), ReleaseCommand.Create() };
try
{
    // Ending a site in good order takes its agents some seconds.
    return await root.Parse(args).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
}
catch (Exception error) when (error is LabException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
