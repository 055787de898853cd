namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>
/// Answers for each setting what the first layer that has it says, notes every problem instead of stopping at the first, and knows at the end
/// which keys nobody asked for.
/// </summary>
/// <param name="layers">From the one that wins to the one that is asked last.</param>
/// <param name="problems">Where problems are noted.</param>
internal sealed class SettingReader(IReadOnlyList<Layer> layers, List<ConfigurationProblem> problems)
{
    private readonly List<SettingInfo> _known = [];

    /// <summary>The settings asked for so far.</summary>
    public IReadOnlyList<SettingInfo> Known => _known;

    /// <summary>A setting with a default, which is written as a user would write it.</summary>
    public T Value<T>(string key, string defaultText, Format<T> format)
    {
        _known.Add(new SettingInfo(key, format.Expected, defaultText));
        return Single(key, format, out var value) ? value : format.Parse(defaultText)!.Value.Value;
    }

    /// <summary>A setting that must be set. The result is meaningless when a problem was noted.</summary>
    public T Required<T>(string key, Format<T> format)
    {
        _known.Add(new SettingInfo(key, format.Expected, null));
        if (Find(key) is null)
            problems.Add(new ConfigurationProblem(key, "", $"This setting is required; expected {format.Expected}."));
        return Single(key, format, out var value) ? value : default!;
    }

    /// <summary>A setting whose default is another setting's value.</summary>
    public T ValueOr<T>(string key, string otherKey, T other, Format<T> format)
    {
        _known.Add(new SettingInfo(key, format.Expected, otherKey));
        return Single(key, format, out var value) ? value : other;
    }

    /// <summary>A list, empty by default; where a list cannot be written, its items are separated by commas.</summary>
    public IReadOnlyList<T> List<T>(string key, Format<T> format)
    {
        _known.Add(new SettingInfo(key, $"a list of {format.Expected}", ""));
        if (Find(key) is not { } raw)
            return [];
        var values = new List<T>();
        foreach (var item in raw.Items.SelectMany(item => item.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (format.Parse(item) is { } parsed)
                values.Add(parsed.Value);
            else
                problems.Add(new ConfigurationProblem(key, raw.Source, $"\"{item}\" is not usable; expected {format.Expected}."));
        }

        return values;
    }

    /// <summary>Notes a problem that shows only when settings are seen together.</summary>
    public void Report(string key, string message) => problems.Add(new ConfigurationProblem(key, Find(key)?.Source ?? "", message));

    /// <summary>Notes each key that no setting has, with the nearest one that exists.</summary>
    public void ReportUnknown()
    {
        foreach (var layer in layers.Reverse())
        {
            var comparer = layer.Values is Dictionary<string, RawValue> { Comparer: StringComparer c } ? c : StringComparer.Ordinal;
            foreach (var (key, raw) in layer.Values)
            {
                var settings = _known.Where(setting => setting.Key.StartsWith(key + ".", StringComparison.OrdinalIgnoreCase)).Select(setting => setting.Key).ToArray();
                if (_known.Any(setting => comparer.Equals(setting.Key, key)) || (settings.Length > 0 && raw.IsEmpty))
                    continue;
                problems.Add(new ConfigurationProblem(key, raw.Source, settings.Length > 0
                    ? $"This is a section; its settings are {string.Join(", ", settings)}."
                    : $"There is no such setting; the nearest is {KeyDistance.Nearest(key, _known.Select(s => s.Key))}."));
            }
        }
    }

    private bool Single<T>(string key, Format<T> format, out T value)
    {
        value = default!;
        if (Find(key) is not { } raw)
            return false;
        if (raw.IsList || raw.Items.Count != 1)
        {
            problems.Add(new ConfigurationProblem(key, raw.Source, "This setting takes one value, not several."));
            return false;
        }

        if (format.Parse(raw.Items[0].Trim()) is not { } parsed)
        {
            var shown = format.Secret ? "The value" : $"\"{raw.Items[0]}\"";
            problems.Add(new ConfigurationProblem(key, raw.Source, $"{shown} is not usable; expected {format.Expected}."));
            return false;
        }

        value = parsed.Value;
        return true;
    }

    private RawValue? Find(string key)
    {
        foreach (var layer in layers)
        {
            if (layer.Values.TryGetValue(key, out var raw) && !raw.IsEmpty)
                return raw;
        }

        return null;
    }
}
