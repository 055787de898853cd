namespace Handcarry.Lab.Api.Resources;

/// <summary>The definitions of PinnedImageSet, MachineConfigPool, MachineConfigNode and MachineConfig, for clusters that have a machine config operator; see Schemas/machineconfigs.yaml.</summary>
public static class MachineConfigCrds
{
    /// <summary>All of them, for <see cref="LabApiOptions.Crds"/>.</summary>
    public static string Yaml { get; } = Load();

    private static string Load()
    {
        using var stream = typeof(MachineConfigCrds).Assembly.GetManifestResourceStream("machineconfigs.yaml")
            ?? throw new InvalidOperationException("machineconfigs.yaml is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
