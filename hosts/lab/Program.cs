using System.CommandLine;
using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

var root = new RootCommand("A whole disconnected site on one machine, to see Handcarry work and to test it.") { ReleaseCommand.Create() };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is LabException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
