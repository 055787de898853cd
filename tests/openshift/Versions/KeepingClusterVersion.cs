namespace Handcarry.Hosts.OpenShift.Tests.Versions;

/// <summary>The published definition of ClusterVersion, with the members of the proposal besides: no release has them yet.</summary>
internal static class KeepingClusterVersion
{
    private const string Before = "              desiredUpdate:\n                type: object\n                properties:\n";

    public static string Yaml { get; } = Load();

    private static string Load()
    {
        var published = File.ReadAllText(Repository.File("hosts/lab/Api/Schemas/clusterversions.yaml"));
        Assert.Contains(Before, published, StringComparison.Ordinal);
        return published.Replace(
            Before,
            Before + "                  bundle: {type: object, properties: {file: {type: string}, digest: {type: string}}}\n                  hold: {type: boolean}\n",
            StringComparison.Ordinal);
    }
}
