using System.Net;
using System.Net.Sockets;
using Handcarry.E2e.Tests.Loading;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>A real agent whose registry for the node's own container tools cannot be opened, as another program has its port.</summary>
[Collection(nameof(RealSites))]
public sealed class MirrorSilentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task The_upgrade_waits_for_the_node_whose_registry_does_not_answer_and_goes_on_once_it_does()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var options = new SiteOptions
        {
            Nodes = 2,
            Prepare = (node, token) => node.Name == "node-2" ? node.ListenOnLoopbackAsync(port, token) : Task.CompletedTask,
        };
        await using var site = await CarryingSite.StartAsync(5_000_000, patience.Token, options);
        var answering = AnswerAsync(other, patience.Token);
        await site.InsertAsync(patience.Token);

        await foreach (var view in SiteViews.FollowAsync(site.Site.Api, patience.Token))
        {
            site.Site.ThrowIfAgentDied();
            Assert.Empty(view.Version.DesiredImage);
            Assert.DoesNotContain(view.Upgrade.Phase, (string[])["Upgrading", "Completed"]);
            if (view.Upgrade is not { Phase: "Loaded", Reason: "MirrorUnreachable" } waiting)
                continue;
            Assert.Contains("node node-2 would not get the images from its own agent", waiting.Message, StringComparison.Ordinal);
            Assert.Contains($"127.0.0.1:{port}", waiting.Message, StringComparison.Ordinal);
            Assert.Contains("ss -ltnp", waiting.Message, StringComparison.Ordinal);
            break;
        }

        other.Stop();
        await answering;
        await site.AssertCompletesAsync(patience.Token);
    }

    // Some other web server of the node: it knows none of the paths.
    private static async Task AnswerAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, cancellationToken);
                await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            // The listener was stopped.
        }
    }
}
