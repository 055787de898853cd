namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>410 Gone: the API server no longer keeps the history from which a watch or the next page was asked. List again.</summary>
internal sealed class ResourceExpiredException(string message) : Exception(message);
