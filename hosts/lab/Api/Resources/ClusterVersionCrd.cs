namespace Handcarry.Lab.Api.Resources;

/// <summary>The definition of ClusterVersion that the lab serves; see Schemas/clusterversions.yaml.</summary>
internal static class ClusterVersionCrd
{
    public static string Yaml { get; } = Load();

    private static string Load()
    {
        using var stream = typeof(ClusterVersionCrd).Assembly.GetManifestResourceStream("clusterversions.yaml")
            ?? throw new InvalidOperationException("clusterversions.yaml is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
