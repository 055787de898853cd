using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Cli.Tests;

/// <summary>Answers as a supervisor gives them.</summary>
internal static class Replies
{
    public const string Commitment = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly BundleFacts Facts = new(Commitment, 40_000, "4.13.0", "x86_64", "quay.io/x@sha256:aa", 10L << 30, 30L << 30, 190);

    public static StatusReply Idle { get; } = new("node-1", true, "4.12.0", new UpgradeStatus { Phase = Phase.Idle }, []);

    public static StatusReply Carrying { get; } = new(
        "node-1",
        true,
        "4.12.0",
        new UpgradeStatus
        {
            Phase = Phase.Carrying,
            Message = "Carrying 4.13.0 to 3 nodes; leave the medium in node-2.",
            Bundle = new BundleView(Commitment, 40_000, "4.13.0", "x86_64", "quay.io/x@sha256:aa", 10L << 30, 30L << 30, 190, "node-2"),
            Nodes =
            [
                new NodeView("node-1", Stage.Receiving, 1L << 30, 3, false, false),
                new NodeView("node-2", Stage.Loading, 10L << 30, 150, true, false),
                new NodeView("node-3", Stage.Receiving, 512L << 20, 0, false, false, "NoSpace", "The file system of /var has 1.0 GiB left, 9.5 GiB are needed."),
            ],
        },
        [
            Report("node-1") with { Stage = Stage.Receiving, Commitment = Commitment, BytesHeld = 2L << 30, BlobsHeld = 40, ImagesLoaded = 5 },
            Report("node-2") with
            {
                Stage = Stage.Loading,
                Commitment = Commitment,
                BytesHeld = 10L << 30,
                BlobsHeld = 900,
                Extracted = true,
                ImagesLoaded = 151,
                Media = [new MediumReport("1", "sdb", Facts), new MediumReport("2", "sdc", null, "InvalidBundle", "It is not an upgrade bundle.")],
            },
        ]);

    public static NodeReport Report(string node) => new() { Node = node, Self = new Peer(node, "akka.ssl.tcp://handcarry@10.0.0.1:9240", "https://10.0.0.1:9241/"), Stage = Stage.Waiting };
}
