namespace Handcarry.Actors.Cluster;

/// <summary>The Kubernetes API could not be reached or answered that it cannot serve now. Nothing is lost; try again later.</summary>
public sealed class ApiUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
