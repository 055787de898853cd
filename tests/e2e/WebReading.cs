using System.Globalization;

namespace Handcarry.E2e.Tests;

/// <summary>Reads what an agent serves to people and Prometheus.</summary>
internal sealed class WebReading(Uri agent) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = agent };

    /// <summary>Status and body.</summary>
    public async Task<(int Status, string Body)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Each number of <c>/metrics</c> by its name with labels.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("/metrics", cancellationToken)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line[0] != '#')
            .ToDictionary(static line => line[..line.LastIndexOf(' ')], static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public void Dispose() => _http.Dispose();
}
