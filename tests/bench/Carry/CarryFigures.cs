namespace Handcarry.Bench.Carry;

/// <summary>What one carrying took.</summary>
/// <param name="Seconds">From the insertion until every node holds every blob under its digest.</param>
/// <param name="MediumSeconds">Reading the medium once with dd, under the same throttle.</param>
/// <param name="RelayProcessor">CPU seconds per GB of the agent that had the most work of those that both received and sent.</param>
/// <param name="Processor">Share of the machine's cores that all agents had, 0 to 1.</param>
/// <param name="Memory">Largest resident memory of any agent, in bytes.</param>
/// <param name="MediumReads">Bytes read from the medium over its size.</param>
/// <param name="Received">Most bytes that came in at a node over the content's size.</param>
internal sealed record CarryFigures(
    double Seconds, double MediumSeconds, double RelayProcessor, double Processor, long Memory, double MediumReads, double Received);
