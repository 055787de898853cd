namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary><c>HANDCARRY__NODE__NAME=x</c> means <c>node.name</c>. Case does not matter, as variables are written in capitals.</summary>
internal static class EnvironmentLayer
{
    private const string Prefix = "HANDCARRY__";

    public static Layer Read(IReadOnlyDictionary<string, string?> environment)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
                values[name[Prefix.Length..].Replace("__", ".", StringComparison.Ordinal)] = new RawValue([value ?? ""], false, $"environment {name}");
        }

        return new Layer(values);
    }
}
