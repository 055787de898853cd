namespace Handcarry.Hosts.Node.Cri;

/// <summary>In what the versions of CRI-O differ for what Handcarry does (reference/container-storage.md sections C and D; docs/arming.md has the whole table).</summary>
internal static class CrioVersion
{
    /// <summary>1.28: the list of pinned images is read; before, the key is ignored (D2).</summary>
    public static bool KnowsPins(RuntimeFacts facts) => facts.IsAtLeast(1, 28);

    /// <summary>1.29: it is read anew at a reload; 1.28 needs a restart (D2).</summary>
    public static bool ReloadReadsPins(RuntimeFacts facts) => facts.IsAtLeast(1, 29);
}
