namespace Handcarry.Actors.Cluster;

/// <summary>
/// A write was refused because somebody else wrote in between, or because the lease is no longer held: this supervisor
/// may be stale. Read again before deciding anything.
/// </summary>
public sealed class StaleWriteException(string message, Exception? inner = null) : Exception(message, inner);
