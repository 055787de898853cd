using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary>Commands that belong together in the help of <c>handcarry</c> itself.</summary>
internal sealed record HelpGroup(string Title, params Command[] Commands);
