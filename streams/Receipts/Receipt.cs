using System.Text.Json;

namespace Handcarry.Streams.Receipts;

/// <summary>What became of a bundle at a site, for whoever made the bundle. Written as JSON (docs/receipt.md) and signed, see <see cref="SignedReceipt"/>.</summary>
public sealed record Receipt
{
    /// <summary>The version of the format. A reader refuses a newer one.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Events in a receipt at most; the newest stay.</summary>
    public const int MostEvents = 200;

    /// <summary>Version of the format, 1 or more.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The nonce of the request, so that a receipt of another stick is not taken for this one's.</summary>
    public required string Nonce { get; init; }

    /// <summary>The site: the cluster's identifier (<c>ClusterVersion.spec.clusterID</c>), or empty where it is not known.</summary>
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Commitment of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>OpenShift version of the bundle.</summary>
    public required string Version { get; init; }

    /// <summary>OpenShift version that the cluster ran when the receipt was made.</summary>
    public string ClusterVersion { get; init => field = value ?? ""; } = "";

    /// <summary>What became of it: <c>Completed</c>, <c>Failed</c>, <c>Refused</c> or <c>Cancelled</c>.</summary>
    public required string Result { get; init; }

    /// <summary>Reason word of the result, empty when there is nothing to explain.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>The same as a sentence.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>When the bundle was first looked at, as far as the node knows that has signed; null when it does not.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>When that node heard of the result; null when it does not know.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>When the receipt was signed.</summary>
    public required DateTimeOffset Signed { get; init; }

    /// <summary>The node that has signed.</summary>
    public required string SignedBy { get; init; }

    /// <summary>The nodes, by name.</summary>
    public IReadOnlyList<ReceiptNode> Nodes { get; init => field = value ?? []; } = [];

    /// <summary>What that node remembers of it, the oldest first, <see cref="MostEvents"/> at most.</summary>
    public IReadOnlyList<ReceiptEvent> Events { get; init => field = value ?? []; } = [];

    /// <summary>As JSON, one line.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReceiptJson.Default.Receipt);

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Receipt Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ReceiptJson.Default.Receipt) ?? throw new JsonException("A receipt is an object.");
}
