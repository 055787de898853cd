using System.Globalization;
using System.Text;
using Handcarry.Streams.Receipts;

namespace Handcarry.Cli.Rendering;

/// <summary>A receipt for people.</summary>
internal static class ReceiptScreen
{
    public static string Of(SignedReceipt signed)
    {
        var receipt = signed.Receipt;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{receipt.Result}: OpenShift {receipt.Version}. The cluster runs {(receipt.ClusterVersion.Length > 0 ? receipt.ClusterVersion : "an unknown version")}.\n");
        if (receipt.Reason.Length + receipt.Message.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(": ", new[] { receipt.Reason, receipt.Message }.Where(static part => part.Length > 0))}\n");
        text.Append('\n').Append(TextTable.Of(
            ["cluster", receipt.Cluster.Length > 0 ? receipt.Cluster : "unknown"],
            [
                ["bundle", receipt.Bundle],
                ["began", Time(receipt.Began)],
                ["ended", Time(receipt.Ended)],
                ["signed", $"{Time(receipt.Signed)} by {receipt.SignedBy} ({signed.Signer.Subject})"],
                ["nonce", receipt.Nonce],
            ]));
        if (receipt.Nodes.Count > 0)
            text.Append('\n').Append(TextTable.Of(["NODE", "STAGE", "REASON"], [.. receipt.Nodes.Select(static node => new[] { node.Name, node.Stage, node.Reason })]));
        if (receipt.Events.Count > 0)
            text.Append('\n').Append(TextTable.Of(["TIME", "REASON", "MESSAGE"], [.. receipt.Events.Select(static e => new[] { Time(e.At), e.Reason, e.Message })]));
        return text.ToString();
    }

    private static string Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "unknown";
}
