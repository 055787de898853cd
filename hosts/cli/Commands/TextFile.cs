namespace Handcarry.Cli.Commands;

/// <summary>Small files that the command line names: keys, passphrases.</summary>
internal static class TextFile
{
    /// <exception cref="CliException">It cannot be read.</exception>
    public static string Read(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }
}
