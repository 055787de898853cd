namespace Handcarry.Cli;

/// <summary>What the process's exit status says; listed in every help text.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int NoAgent = 3;
    public const int Refused = 4;

    public const string Help = """
        Exit status:
          0  done
          1  something unexpected happened
          2  the command line, a certificate file or an environment variable is wrong
          3  no agent of this site answers
          4  the site refuses this certificate
        """;
}
