namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>In what CRI-O's versions differ (reference/container-storage.md section D).</summary>
internal sealed record CrioRules(int Minor)
{
    public string Version => $"1.{Minor}.0";

    /// <summary>D2: before, the key is ignored.</summary>
    public bool KnowsPins => Minor >= 28;

    /// <summary>D2: before, only a restart.</summary>
    public bool ReloadReadsPins => Minor >= 29;

    /// <summary>D4: before, a pull of what an additional store has stores nothing.</summary>
    public bool PullAlwaysRecords => Minor >= 31;

    /// <summary>D2: before, removing an image of an additional store is an error; from then on it is called a success. Either way it stays.</summary>
    public bool RemoveOfAdditionalIsSuccess => Minor >= 36;
}
