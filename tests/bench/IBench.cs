namespace Handcarry.Bench;

/// <summary>One benchmark of <c>handcarry-bench</c>.</summary>
internal interface IBench
{
    /// <summary>The word by which it is run, and with which its keys begin.</summary>
    string Name { get; }

    /// <summary>One line on what it measures.</summary>
    string Summary { get; }

    /// <summary>How much and how often, unless told otherwise.</summary>
    BenchOptions Defaults { get; }

    /// <summary>Measures, writes a table for people, and returns the figures by their keys.</summary>
    Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table);
}
