using System.Globalization;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>What holds a node up besides its work, at the moment of a report.</summary>
/// <param name="Node">The node.</param>
/// <param name="Yield">That it carries slower for the sake of others.</param>
/// <param name="Slow">The name of a medium that is slow, and how fast it is read.</param>
/// <param name="Fault">What is wrong with its runtime or its store.</param>
/// <param name="Proof">How far the proof of its sealed store is.</param>
/// <param name="Check">How far reading the blobs again is that were here when the agent started.</param>
internal sealed record NodeMoment(string Node, YieldReport? Yield, (string Medium, MediumPace Pace)? Slow, Remark? Fault, StoreProgress? Proof, StoreProgress? Check)
{
    /// <summary>The one thing to say of it; what the work itself has to say comes first.</summary>
    public Remark? Remark(NodeWork? work) => this switch
    {
        _ when work is { Reason.Length: > 0 } => new Remark(work.Reason, work.Message),
        { Yield: { } yield } => new Remark(Reasons.Yielding, string.Create(CultureInfo.InvariantCulture, $"Carrying slower on {Node}, at {yield.BytesPerSecond / 1e6:0.0} MB/s: {yield.Why}.")),
        { Slow: var (medium, pace) } => new Remark(Reasons.MediumSlow, $"{medium} is slow: {pace}. Another port or a copy on a faster medium, in any node, goes on where this one is."),
        _ when (Fault ?? work?.Pins?.Why) is { } fault => fault,
        { Proof: { } proof } => new Remark(Reasons.StoreProving, $"Proving the sealed store: {Gigabytes(proof.Done)} of {Gigabytes(proof.Total)} GB."),
        { Check: { } check } => new Remark(Reasons.BlobsChecking, $"The agent has started, and reads what the node has of the bundle again: {Gigabytes(check.Done)} of {Gigabytes(check.Total)} GB."),
        _ => null,
    };

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
