using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Handcarry.Agent.Web.Tests.Browser;

/// <summary>A tab of <see cref="Chromium"/>: commands of the DevTools protocol, one after the other.</summary>
internal sealed class Tab : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private string? _session;
    private int _last;

    /// <summary>What the page's script threw and what the browser refused to load or run.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public static async Task<Tab> OpenAsync(Chromium browser)
    {
        var tab = new Tab();
        await tab._socket.ConnectAsync(browser.Endpoint, default);
        var target = await tab.DoAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await tab.DoAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        tab._session = attached["sessionId"]!.GetValue<string>();
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Accessibility", "DOM"])
            await tab.DoAsync($"{domain}.enable");
        return tab;
    }

    /// <summary>Size of the window in CSS pixels, and what the user prefers.</summary>
    public async Task LookAsync(int width, int height, bool dark)
    {
        await DoAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500 });
        await DoAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }) });
    }

    public Task GoAsync(Uri address) => DoAsync("Page.navigate", new() { ["url"] = address.ToString() });

    /// <summary>The value of an expression of the page's script.</summary>
    public async Task<JsonNode?> AskAsync(string expression)
    {
        var answer = await DoAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return answer["exceptionDetails"] is { } wrong ? throw new InvalidOperationException(wrong.ToJsonString()) : answer["result"]!["value"];
    }

    /// <summary>Waits until an expression of the page's script is true.</summary>
    public Task UntilAsync(string expression, TimeSpan? patience = null) =>
        Until.TrueAsync(async () => (await AskAsync($"!!({expression})"))!.GetValue<bool>(), patience);

    public async Task PressAsync(string key, int code)
    {
        foreach (var type in (string[])["keyDown", "keyUp"])
            await DoAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>What a screen reader is told: role and name of everything that is not ignored.</summary>
    public async Task<IReadOnlyList<(string Role, string Name)>> HearAsync()
    {
        var tree = await DoAsync("Accessibility.getFullAXTree");
        return [.. tree["nodes"]!.AsArray().Where(static node => !node!["ignored"]!.GetValue<bool>()).Select(static node => (Value(node!["role"]), Value(node!["name"])))];
    }

    /// <summary>Writes a picture of the whole page, or of what the window shows of it.</summary>
    public async Task PhotographAsync(string path, bool whole = true)
    {
        var picture = await DoAsync("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = whole });
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(picture["data"]!.GetValue<string>()));
    }

    public async Task<JsonNode> DoAsync(string method, JsonObject? parameters = null)
    {
        var id = ++_last;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session is not null)
            command["sessionId"] = _session;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            var message = await ReceiveAsync(limit.Token);
            if (message["id"]?.GetValue<int>() == id)
                return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"]!;
            if (message["method"]?.GetValue<string>() is "Runtime.exceptionThrown" or "Log.entryAdded")
                _complaints.Add(message["params"]!.ToJsonString());
        }
    }

    public void Dispose() => _socket.Dispose();

    private static string Value(JsonNode? property) => property?["value"]?.ToString() ?? "";

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellationToken);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(message.ToArray())!;
        }
    }
}
