using System.Text.Json.Nodes;

namespace Handcarry.Lab.Tests.Api;

/// <summary>A watch, read line by line.</summary>
internal sealed class WatchLines : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchLines(HttpResponseMessage response, StreamReader reader)
    {
        _response = response;
        _reader = reader;
    }

    public static async Task<WatchLines> OpenAsync(LabApi api, string path)
    {
        var response = await api.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        return new WatchLines(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event, or null at the end.</summary>
    public async Task<(string Type, JsonObject Object)?> NextAsync()
    {
        using var late = new CancellationTokenSource(Deadline);
        if (await _reader.ReadLineAsync(late.Token) is not { } line)
            return null;
        var read = JsonNode.Parse(line)!;
        return (read["type"]!.GetValue<string>(), read["object"]!.AsObject());
    }

    /// <summary>The next event as "TYPE name".</summary>
    public async Task<string> NextNameAsync()
    {
        var next = await NextAsync();
        return next is var (type, changed) ? $"{type} {changed["metadata"]!["name"]}" : "END";
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
