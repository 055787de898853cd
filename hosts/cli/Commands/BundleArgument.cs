using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary>The bundle a command is about.</summary>
internal static class BundleArgument
{
    public const string FilesAndDevices = "FILE|DEVICE|PART...";
    public const string Files = "FILE|PART...";

    public static Argument<string[]> Create(string helpName) => new("bundle")
    {
        Description = "The bundle: one file" + (helpName == FilesAndDevices ? " or device" : "") + ", all its parts, or one part beside which the others lie.",
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
    };
}
