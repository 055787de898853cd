namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>A kind of request to the Kubernetes API, with what became of it.</summary>
/// <param name="Verb">As RBAC says it: <c>get</c> (listing, too), <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>.</param>
/// <param name="Resource">Plural of the kind, with the subresource: <c>bundleupgrades/status</c>.</param>
/// <param name="Code">HTTP status of the answer, or <see cref="ApiTally.Unanswered"/>.</param>
public sealed record ApiRequestKind(string Verb, string Resource, string Code);
