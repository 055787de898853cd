using System.Text.Json;
using Handcarry.E2e.Tests.Loading;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>What asks a registry whatever is in local storage finds the node's own, also when there is nobody else.</summary>
[Collection(nameof(RealSites))]
public sealed class LoopbackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task An_agent_that_starts_alone_after_a_kill_serves_the_images_it_holds_to_skopeo_and_podman()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        var free = new Queue<int>(FreePorts.Find(3));
        var ports = new Dictionary<string, int>();
        var options = new SiteOptions
        {
            Prepare = async (node, token) =>
            {
                ports[node.Name] = free.Dequeue();
                await node.ListenOnLoopbackAsync(ports[node.Name], token);
                var file = Path.Combine(Path.GetDirectoryName(node.Root)!, "lab", node.Name, "handcarry.yaml");
                var text = await File.ReadAllTextAsync(file, token);
                await File.WriteAllTextAsync(file, text + "log:\n  format: json\n", token);
            },
        };
        await using var site = await CarryingSite.StartAsync(20_000_000, patience.Token, options);
        await site.InsertAsync(patience.Token);
        await site.AssertCompletesAsync(patience.Token);
        await AssertTellAsync(site, patience.Token);
        AssertLogs(site);
        foreach (var node in site.Site.Nodes)
            await node.Agent.KillAsync();

        // One of three: no supervisor, no cluster, no plan.
        site.Source.Agent.Start();

        var mirror = $"127.0.0.1:{ports[site.Source.Name]}";
        foreach (var image in site.Release.Images)
        {
            var name = $"{mirror}/{image.Name.Repository}@{image.Name.Digest}";
            while (await TryAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{name}") != 0)
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
        var first = site.Release.Images[0].Name;
        using var alone = new WebReading(site.Source.Page);
        Assert.Equal((200, "ok agent\n"), await alone.ReadAsync("/healthz", patience.Token));
        var (code, ready) = await alone.ReadAsync("/readyz", patience.Token);
        Assert.Equal(503, code);
        Assert.Contains("failed cluster: ", ready, StringComparison.Ordinal);
        Assert.Contains("ok data\n", ready, StringComparison.Ordinal);
        var storage = Path.Combine(site.Site.Folder.Root, "podman");
        Assert.Equal(0, await TryAsync("podman", "--root", storage, "--runroot", storage + "-run", "pull", "--quiet", "--tls-verify=false", $"{mirror}/{first.Repository}@{first.Digest}"));
    }

    // What each agent tells Prometheus agrees with what has just happened.
    private static async Task AssertTellAsync(CarryingSite site, CancellationToken cancellationToken)
    {
        foreach (var node in site.Site.Nodes)
        {
            using var reading = new WebReading(node.Page);
            Assert.Equal((200, "ok reports\nok cluster\nok journal\nok data\n"), await reading.ReadAsync("/readyz", cancellationToken));
            var tells = await reading.MetricsAsync(cancellationToken);
            var size = tells["handcarry_bundle_size_bytes"];
            Assert.True(size > 20_000_000);
            Assert.Equal((size, size), (tells["handcarry_bundle_held_bytes"], tells["handcarry_stored_bytes_total"]));
            Assert.Equal(tells["handcarry_stored_blobs_total"], tells["handcarry_bundle_held_blobs"]);
            Assert.Equal(1, tells["handcarry_node_extracted"]);
            Assert.Equal(1, tells["handcarry_node_stage{stage=\"Ready\"}"] + tells["handcarry_node_stage{stage=\"Upgraded\"}"]);
            Assert.Equal(site.Release.Images.Count, tells["handcarry_images_loaded"]);
            Assert.Equal(0, tells["handcarry_digest_mismatches_total{source=\"peer\"}"]);
            var (read, received) = (tells["handcarry_medium_read_bytes_total"], tells["handcarry_received_bytes_total"]);
            Assert.True(node == site.Source ? read > size * 0.9 : received > size * 0.9, $"{node.Name} of {size} bytes read {read} and received {received}");
            Assert.True(tells["handcarry_stage_seconds_total{stage=\"Receiving\"}"] > 0);
            Assert.True(tells["process_resident_memory_bytes"] > 50e6);
            var here = node == site.Supervisor;
            Assert.Equal(here ? 1 : 0, tells["handcarry_supervisor_acting"]);
            Assert.Equal(here, tells.ContainsKey("handcarry_upgrade_phase{phase=\"Completed\"}"));
            Assert.True(!here || tells.Keys.Any(name => name.StartsWith("handcarry_api_requests_total{verb=\"update\",resource=\"leases\"", StringComparison.Ordinal)));
        }
    }

    // Each line is a fact by itself, Akka's own among them; the last may still be being written.
    private static void AssertLogs(CarryingSite site)
    {
        foreach (var node in site.Site.Nodes)
        {
            var lines = File.ReadAllLines(Path.Combine(site.Site.Folder.Root, "lab", node.Name, "agent.log"))[..^1].Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
            Assert.All(lines, line => Assert.Equal(node.Name, line.GetProperty("node").GetString()));
            var loaded = lines.Last(static line => line.TryGetProperty("stage", out var stage) && stage.GetString() == "Ready");
            Assert.StartsWith("sha256:", loaded.GetProperty("commitment").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task<int> TryAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
