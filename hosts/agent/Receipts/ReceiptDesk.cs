using System.Threading.Channels;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Handcarry.Agent.Clients;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Handcarry.Streams.Registry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Receipts;

/// <summary>
/// Gives the sticks in this node the receipts that they ask for, as soon as it is known what became of their bundle: while they are still in, or when they are inserted again.
/// One that is there already stays; another result replaces it.
/// </summary>
/// <param name="node">This node.</param>
/// <param name="site">Knows how the site stands.</param>
/// <param name="identity">Signs.</param>
/// <param name="facts">What this node remembers; is told of receipts.</param>
/// <param name="cluster">Asks for the identifier of the cluster; it may fail.</param>
/// <param name="write">Writes a receipt; throws <see cref="ContentException"/> with ReceiptNotWritten.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told of receipts too.</param>
internal sealed partial class ReceiptDesk(
    string node,
    SiteBoard site,
    PeerIdentity identity,
    FactLog facts,
    Func<CancellationToken, Task<string>> cluster,
    Action<BlockDeviceFacts, byte[]> write,
    TimeProvider time,
    ILogger<ReceiptDesk> log) : BackgroundService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Asking> _asking = new(StringComparer.Ordinal);
    private readonly Channel<bool> _look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A medium asks for a receipt.</summary>
    public void Wished(BlockDeviceFacts device, ReceiptWish wish)
    {
        lock (_gate)
        {
            if (!_asking.TryGetValue(device.Name, out var known) || known.Device.DiskSequence != device.DiskSequence || known.Request != wish.Request)
                _asking[device.Name] = new Asking(device, wish.Request, Results(wish));
        }

        _look.Writer.TryWrite(true);
    }

    /// <summary>Whether a stick in this node asks for a receipt about a bundle, and has it.</summary>
    public ReceiptState StateOf(string bundle)
    {
        lock (_gate)
        {
            var asking = _asking.Values.Where(one => one.Request.Bundle == bundle && one.Trouble is null).ToList();
            return asking.Count == 0 ? ReceiptState.None : asking.TrueForAll(IsServed) ? ReceiptState.Given : ReceiptState.Owed;
        }
    }

    /// <summary>A device has gone.</summary>
    public void Gone(BlockDeviceFacts device)
    {
        lock (_gate)
            _asking.Remove(device.Name);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        site.Heard += OnHeard;
        try
        {
            await foreach (var _ in _look.Reader.ReadAllAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
        finally
        {
            site.Heard -= OnHeard;
        }
    }

    // What there is to tell about the bundle that a stick asks about, while the site works on that.
    private Result? Due(Asking one) => site.Summary is { } summary && summary.Commitment == one.Request.Bundle && ReceiptText.IsResult(summary.Phase) ? Result.Of(summary) : null;

    // One of an earlier result, while another is being worked on, is a receipt all the same.
    private bool IsServed(Asking one) => one.Has is { } has && (Due(one) is not { } due || has == due);

    private void OnHeard(SiteSummary summary) => _look.Writer.TryWrite(true);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        List<Asking> asking;
        lock (_gate)
            asking = [.. _asking.Values];
        foreach (var one in asking)
        {
            if (site.Summary is { Acting: true } && Due(one) is { } due && one.Has != due)
                await GiveAsync(one, cancellationToken);
        }
    }

    private async Task GiveAsync(Asking asking, CancellationToken cancellationToken)
    {
        // The summary says that there is something to tell; the whole says what, if it is not about something else by now.
        if (await site.ReadAsync(cancellationToken) is not { Current: true, Reply: var reply } || !ReceiptText.IsResult(reply.Status.Phase) || reply.Status.Bundle?.Commitment != asking.Request.Bundle)
            return;
        var result = new Result(reply.Status.Phase.ToString(), reply.Status.Reason);
        var receipt = ReceiptText.Of(asking.Request, reply, facts.All(), node, await ClusterAsync(cancellationToken), time.GetUtcNow());
        var file = SignedReceipt.Sign(receipt, identity.Certificate, identity.Authorities);
        try
        {
            // The kernel may take its time with a stick.
            await Task.Run(() => write(asking.Device, file), CancellationToken.None);
        }
        catch (ContentException e)
        {
            // It is tried again whenever the supervisor is heard of, every ten seconds; said once.
            if (asking.Trouble != e.Message)
            {
                facts.Add(warning: true, e.Reason, e.Message);
                NotWritten(e.Reason, e.Message);
            }

            asking.Trouble = e.Message;
            return;
        }

        (asking.Has, asking.Trouble) = (result, null);
        var text = $"The receipt is on {asking.Device.Node}: {result.Phase} {receipt.Version}. It can be pulled.";
        facts.Add(warning: false, Reasons.ReceiptWritten, text);
        Written(text);
    }

    // Somebody else's, or one of another stick, is none.
    private Result? Results(ReceiptWish wish)
    {
        if (wish.Receipt is not { } file)
            return null;
        try
        {
            var receipt = SignedReceipt.Verify(file.Span, [.. identity.Authorities]).Receipt;
            return receipt.Nonce == wish.Request.Nonce && receipt.Bundle == wish.Request.Bundle ? new Result(receipt.Result, receipt.Reason) : null;
        }
        catch (ContentException)
        {
            return null;
        }
    }

    private async Task<string> ClusterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await cluster(cancellationToken);
        }
        catch (Actors.Cluster.ApiUnavailableException)
        {
            // A receipt without the identifier is better than none: the certificate says which site it is.
            return "";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    private partial void Written(string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}: {Text}")]
    private partial void NotWritten(string reason, string text);

    private sealed record Result(string Phase, string Reason)
    {
        public static Result Of(SiteSummary summary) => new(summary.Phase.ToString(), summary.Reason);
    }

    private sealed class Asking(BlockDeviceFacts device, ReceiptRequest request, Result? has)
    {
        public BlockDeviceFacts Device { get; } = device;

        public ReceiptRequest Request { get; } = request;

        public Result? Has { get; set; } = has;

        public string? Trouble { get; set; }
    }
}
