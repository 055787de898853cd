namespace Handcarry.Cli;

/// <summary>What the process's exit status says; listed in every help text.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int NoAgent = 3;
    public const int Refused = 4;
    public const int DeviceRefused = 20;
    public const int BundleRefused = 21;
    public const int WriteFailed = 22;
    public const int ReadBackDiffers = 23;
    public const int WriteInterrupted = 24;

    public const string Help = """
        Exit status:
          0  done
          1  something unexpected happened
          2  the command line, a certificate file or an environment variable is wrong
          3  no agent of this site answers
          4  the site refuses this certificate
          20 the device is refused or the question was not answered with yes; nothing was written
          21 the file is no upgrade bundle, or not all of one; nothing was written
          22 writing failed; the medium is incomplete
          23 the medium does not return what was written; take another
          24 writing was interrupted; the medium is incomplete
        """;
}
