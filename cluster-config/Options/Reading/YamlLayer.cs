using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary><c>handcarry.yaml</c>, flattened: <c>node: { name: x }</c> means <c>node.name</c>.</summary>
internal static class YamlLayer
{
    // The agreed file has some fifty lines; what is a thousand times as large is another file.
    private const long MaxFileBytes = 1 << 20;

    public static Layer Read(string? path, List<ConfigurationProblem> problems)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        if (path is null)
            return new Layer(values);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes } file)
            {
                problems.Add(new ConfigurationProblem("", path, $"The file has {file.Length} bytes, more than {MaxFileBytes}: it is not a handcarry.yaml."));
                return new Layer(values);
            }

            using var text = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            if (yaml.Documents.Count > 1)
                problems.Add(new ConfigurationProblem("", path, "The file holds more than one YAML document; keep one."));
            else if (yaml.Documents.Count == 1)
                Flatten(yaml.Documents[0].RootNode, "", path, values, problems);
        }
        catch (YamlException e)
        {
            problems.Add(new ConfigurationProblem("", $"{path} line {e.Start.Line}", $"The file is not YAML: {e.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigurationProblem("", path, $"The file cannot be read: {e.Message}"));
        }

        return new Layer(values);
    }

    private static void Flatten(YamlNode node, string key, string path, Dictionary<string, RawValue> values, List<ConfigurationProblem> problems)
    {
        var source = $"{path} line {node.Start.Line}";
        switch (node)
        {
            case YamlScalarNode scalar when key.Length > 0:
                values[key] = new RawValue([Text(scalar)], false, source);
                break;

            case YamlSequenceNode sequence when key.Length > 0 && sequence.All(item => item is YamlScalarNode):
                values[key] = new RawValue([.. sequence.Cast<YamlScalarNode>().Select(Text)], true, source);
                break;

            // Sections are two deep; a bound also keeps an alias that contains itself from going on for ever.
            case YamlMappingNode mapping when key.Count(c => c == '.') < 4:
                foreach (var (name, child) in mapping.Children)
                    Flatten(child, key.Length == 0 ? name.ToString() : $"{key}.{name}", path, values, problems);
                break;

            case YamlScalarNode scalar when Text(scalar).Length == 0:
                break;

            default:
                problems.Add(new ConfigurationProblem(key, source, "Expected sections with settings, each a value or a list of values."));
                break;
        }
    }

    // null and ~ written without quotes mean "not set", as everywhere in YAML.
    private static string Text(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "~" or "null" ? "" : scalar.Value ?? "";
}
