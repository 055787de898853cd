namespace Handcarry.Bench.Load;

/// <summary>What it took to load all images in one way.</summary>
/// <param name="Seconds">From the last byte until the runtime's side shows every image.</param>
/// <param name="Processor">CPU seconds of that, children included.</param>
/// <param name="Arrived">Bytes that the disk had taken when the last byte had come.</param>
/// <param name="Written">Bytes that the disk took from then on, until everything was durable.</param>
/// <param name="PeakDisk">Most bytes of the disk in use at any time.</param>
internal sealed record LoadCost(double Seconds, double Processor, long Arrived, long Written, long PeakDisk);
