using Handcarry.Actors.Protocol.Clients;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Cli;

/// <summary>What the process's exit status says; listed in every help text.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int NoAgent = 3;
    public const int Refused = 4;
    public const int Invalid = 5;
    public const int Registry = 6;
    public const int Unreachable = 7;
    public const int Disk = 8;
    public const int Signature = 9;
    public const int Device = 10;
    public const int InTheWay = 11;
    public const int Sealing = 12;
    public const int ReadBack = 13;
    public const int Arming = 14;
    public const int BundleRefused = 20;
    public const int Warned = 21;
    public const int NotJudged = 22;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    public const string Help = """
        Exit status:
          0    done
          1    something unexpected happened
          2    the command line, a file it names or an environment variable is wrong
          3    no agent of this site answers
          4    the site refuses this certificate, or this user
          5    the bundle is not what it should be
          6    a registry does not have what was asked for, does not give it, or has something else
          7    a registry or signature store cannot be reached; the same command goes on later
          8    a disk or device is full, or cannot be read or written
          9    a signature is missing or does not hold, or a key cannot be used
          10   the device is one that is not written to
          11   another bundle, finished or half made, is in the way
          12   stores cannot be sealed on this machine
          13   the device does not return what was written to it; take another
          14   this host cannot be armed or disarmed as it is
          20   the site would refuse the bundle
          21   with --strict: it would use the bundle, and there are warnings
          22   the site cannot judge yet, or there is no medium with a bundle
          130  interrupted; the same command goes on, or begins again
        """;

    /// <summary>The status that belongs to a reason word.</summary>
    public static int Of(string reason) => reason switch
    {
        ClientReasons.TokenMissing or ClientReasons.NodeUnknown or ClientReasons.RequestUnknown => Usage,
        ClientReasons.CertificateMissing or ClientReasons.CertificateRefused or ClientReasons.LoginUnavailable => Refused,
        ClientReasons.TokenRefused or ClientReasons.NotAllowed or ClientReasons.AccessUnknown or ClientReasons.ChangeRefused => Refused,
        ClientReasons.SupervisorAway or ClientReasons.NodeSilent or ClientReasons.AgentBusy => NoAgent,
        ClientReasons.RequestFailed => Unexpected,
        Reasons.InvalidReference or Reasons.InvalidAuthFile => Usage,
        Reasons.RegistryUnauthorized or Reasons.RegistryUnknown or Reasons.RegistryRefused or Reasons.RegistryUntrusted
            or Reasons.InvalidImage or Reasons.NotARelease or Reasons.NotByDigest => Registry,
        Reasons.RegistryUnreachable or Reasons.SignatureStoreFailed => Unreachable,
        Reasons.SealingNotPossible or Reasons.SealingFailed or Reasons.ToolMissing => Sealing,
        Reasons.NoSpace or Reasons.ReadFailed or Reasons.WriteFailed => Disk,
        DeviceReasons.NotADevice or DeviceReasons.DeviceInUse or DeviceReasons.DeviceFixed or DeviceReasons.DeviceReadOnly
            or DeviceReasons.DeviceTooSmall or DeviceReasons.DeviceChanged or Reasons.SignedOnDevice => Device,
        DeviceReasons.ReadBackDiffers => ReadBack,
        Reasons.DraftDiffers or Reasons.OutputExists => InTheWay,
        Reasons.InvalidReceipt or Reasons.UnsupportedKey or Reasons.WrongPassphrase or Reasons.InvalidKeyring => Signature,
        ArmingReasons.OwnedByMachineConfig or ArmingReasons.MachineConfigUnreadable or ArmingReasons.NotArmed or ArmingReasons.Arming or ArmingReasons.ArmingUnderWay
            or ArmingReasons.NoRuntime or ArmingReasons.StoreMisplaced or ArmingReasons.ConfigurationConflict or ArmingReasons.ChangedByOthers or ArmingReasons.PathInTheWay or ArmingReasons.JournalUnreadable
            or ArmingReasons.HostFileFailed or ArmingReasons.ServiceFailed or ArmingReasons.StoreMounted => Arming,
        _ when reason.StartsWith("Signature", StringComparison.Ordinal) => Signature,
        _ => Invalid,
    };
}
