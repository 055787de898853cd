namespace Handcarry.Hosts.Node.Arming;

/// <summary>The stable reason words of arming. Each appears unchanged in status, event, log, metric and exit code.</summary>
public static class ArmingReasons
{
    /// <summary>The machine config operator owns a file that would have to be changed.</summary>
    public const string OwnedByMachineConfig = nameof(OwnedByMachineConfig);

    /// <summary>The rendered machine config on the node cannot be read, so nobody knows what is owned.</summary>
    public const string MachineConfigUnreadable = nameof(MachineConfigUnreadable);

    /// <summary>The node's container runtime would not find the images of bundles.</summary>
    public const string NotArmed = nameof(NotArmed);

    /// <summary>The agent is arming its node at this moment.</summary>
    public const string Arming = nameof(Arming);

    /// <summary>Another process arms or disarms this host at this moment.</summary>
    public const string ArmingUnderWay = nameof(ArmingUnderWay);

    /// <summary>The node has no container runtime that can be armed.</summary>
    public const string NoRuntime = nameof(NoRuntime);

    /// <summary>The store would lie where the runtime wipes, or is not given as an absolute path.</summary>
    public const string StoreMisplaced = nameof(StoreMisplaced);

    /// <summary>A file of somebody else says otherwise and would win, or be hidden.</summary>
    public const string ConfigurationConflict = nameof(ConfigurationConflict);

    /// <summary>Somebody else has changed what was put there.</summary>
    public const string ChangedByOthers = nameof(ChangedByOthers);

    /// <summary>Something of another kind is where a file, folder or link must be.</summary>
    public const string PathInTheWay = nameof(PathInTheWay);

    /// <summary>The journal of the changes is damaged or of a later version.</summary>
    public const string JournalUnreadable = nameof(JournalUnreadable);

    /// <summary>A host file cannot be read or written.</summary>
    public const string HostFileFailed = nameof(HostFileFailed);

    /// <summary>A service did not come back after its restart, or does not take its new configuration.</summary>
    public const string ServiceFailed = nameof(ServiceFailed);

    /// <summary>A sealed store is mounted, so what it rests on cannot be taken away.</summary>
    public const string StoreMounted = nameof(StoreMounted);
}
