namespace Handcarry.Bench.Load;

/// <summary>The figures of all rounds, by their keys.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _values = [];

    /// <summary>The median of each.</summary>
    public IReadOnlyDictionary<string, double> Medians => _values.ToDictionary(static figure => figure.Key, static figure => Median.Of(figure.Value));

    public void Add(string key, double value)
    {
        if (!_values.TryGetValue(key, out var values))
            _values[key] = values = [];
        values.Add(value);
    }
}
