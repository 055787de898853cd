using System.Net;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Agent.Web.Page;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Agent.Web.Tests;

/// <summary>An agent's web server on a free port of loopback, which shows what a test says the supervisor answers.</summary>
internal sealed class ShownSite : IAsyncDisposable
{
    public const string Commitment = "sha256:5f3c5b8c4b4f0d8c6a1e3f4b2a9d8c7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c";

    private const long Size = 12_000_000_000;

    private readonly WebServer _server;

    private ShownSite(WebServer server, SiteBoard board) => (_server, Board, Http) = (server, board, new HttpClient { BaseAddress = server.Endpoint });

    public SiteBoard Board { get; }

    public HttpClient Http { get; }

    public Uri Address => _server.Endpoint;

    public static async Task<ShownSite> StartAsync(int port = 0)
    {
        var board = new SiteBoard(TimeProvider.System);
        var server = await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, port), NullLoggerFactory.Instance, app => PageRoutes.Map(app, "n1", board, [], TimeProvider.System), default);
        return new ShownSite(server, board);
    }

    /// <summary>What the supervisor answers from now on, and what it sends by itself.</summary>
    public void Show(StatusReply reply)
    {
        Board.AskBy(_ => Task.FromResult(reply));
        Board.Hear(reply.Summary!);
    }

    /// <summary>The supervisor no longer answers.</summary>
    public void Silence() => Board.AskBy(static _ => Task.FromException<StatusReply>(new TimeoutException()));

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return _server.DisposeAsync();
    }

    /// <summary>A site that carries: the first node reads a medium, each other draws from the one before it, or from where <paramref name="holder"/> says.</summary>
    public static StatusReply Carrying(int nodes, int percent = 37, Func<int, int>? holder = null, string? name = null)
    {
        string Name(int i) => i == 0 && name is not null ? name : $"n{i + 1}";
        var reports = Enumerable.Range(0, nodes).Select(i => Report(Name(i), i == 0 ? null : Name(holder?.Invoke(i) ?? i - 1), Math.Max(0, percent - i))).ToList();
        var pace = reports[0].Media[0].Pace;
        return new StatusReply("n1", true, "4.12.0", Status(Phase.Carrying), reports)
        {
            Drawing = [.. Enumerable.Range(1, nodes - 1).Select(i => new NodeDraw(Name(i), Name(holder?.Invoke(i) ?? i - 1)))],
            Summary = new SiteSummary
            {
                Supervisor = "n1", Acting = true, Phase = Phase.Carrying, Message = "The bundle is carried to all nodes.", ClusterVersion = "4.12.0", BundleVersion = "4.12.4",
                Commitment = Commitment, BundleSize = Size, Nodes = nodes, BytesHeld = reports.Sum(static report => report.BytesHeld), BytesRead = reports[0].BytesHeld,
                Sources = [Name(0)], MediumNeeded = true, Pace = pace,
            },
        };
    }

    /// <summary>The same site in another phase, with nothing under way.</summary>
    public static StatusReply At(Phase phase, string message, string reason = "", int nodes = 3)
    {
        var reply = Carrying(nodes);
        return reply with
        {
            Status = Status(phase) with { Message = message, Reason = reason },
            Drawing = [],
            Summary = reply.Summary! with { Phase = phase, Message = message, Reason = reason, Sources = [], MediumNeeded = false, Pace = null },
        };
    }

    private static UpgradeStatus Status(Phase phase) => new()
    {
        Phase = phase,
        Bundle = new BundleView(Commitment, 1000, "4.12.4", "x86_64", "quay.io/r@sha256:1", Size, 3 * Size, 190, "n1"),
    };

    private static NodeReport Report(string name, string? holder, int percent) => new()
    {
        Node = name,
        Self = new Peer(name, "akka.ssl.tcp://handcarry@10.0.0.7:9240", "https://10.0.0.7:9241/"),
        Stage = Stage.Receiving,
        Commitment = Commitment,
        BytesHeld = Size / 100 * percent,
        Media = holder is null
            ? [new MediumReport("sdb", "Kingston DataTraveler", new BundleFacts(Commitment, 1000, "4.12.4", "x86_64", "r", Size, 3 * Size, 190)) { Pace = new MediumPace(34_000_000, 350, false) }]
            : [],
        Link = holder is null ? null : new LinkReport(holder, 33_000_000, true),
    };
}
