using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Handcarry.Agent.Web.Tests.Browser;

/// <summary>Debian's Chromium without a window, in a folder of its own, driven by the DevTools protocol.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private Chromium(Process process, string folder, Uri endpoint) => (_process, _folder, Endpoint) = (process, folder, endpoint);

    /// <summary>Its socket for the whole browser.</summary>
    public Uri Endpoint { get; }

    /// <summary>Where it is; null when it is not installed.</summary>
    public static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static folder => System.IO.Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    public static async Task<Chromium> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("handcarry-chromium-").FullName;
        // Without its sandbox, because root has none; it sees nothing but the pages of the tests.
        var process = Process.Start(new ProcessStartInfo(
            Path!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
                "--disable-component-update", "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={folder}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            Environment = { ["HOME"] = folder },
        })!;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return new Chromium(process, folder, new Uri(match.Groups[1].Value));
            }
        }
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Chromium ended with {process.ExitCode} before it listened."));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                // A child that was just killed has still written something.
                await Task.Delay(50);
            }
        }
    }

    [GeneratedRegex("DevTools listening on (ws://.*)$")]
    private static partial Regex Listening();
}
