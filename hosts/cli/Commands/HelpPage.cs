namespace Handcarry.Cli.Commands;

/// <summary>What a command's help says besides what the library knows; an empty text is left out.</summary>
/// <param name="Examples">Commands to copy, a line each.</param>
/// <param name="Files">Files and devices it reads or writes.</param>
/// <param name="Environment">Variables it looks at.</param>
internal sealed record HelpPage(string Examples, string Files = "", string Environment = "");
