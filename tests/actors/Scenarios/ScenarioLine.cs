using System.Globalization;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>A line of a story: a verb, words, and settings such as <c>held=3</c>, where _ stands for a space.</summary>
internal sealed class ScenarioLine
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    public ScenarioLine(string line)
    {
        foreach (var part in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                _settings[part[..at]] = part[(at + 1)..].Replace('_', ' ');
            else
                _words.Add(part);
        }
    }

    public string Verb => _words[0];

    public IReadOnlyList<string> Words => _words.Skip(1).ToList();

    public bool Has(string setting) => _settings.ContainsKey(setting);

    public string Text(string setting, string otherwise = "") => _settings.GetValueOrDefault(setting, otherwise);

    public long Number(string setting, long otherwise = 0) =>
        _settings.TryGetValue(setting, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public bool Yes(string setting, bool otherwise) => _settings.TryGetValue(setting, out var text) ? text == "yes" : otherwise;
}
