using Handcarry.Lab.Api.Errors;

namespace Handcarry.Lab.Api.Access;

/// <summary>What somebody wants to do to a resource (k8s.io/apiserver/pkg/authorization/authorizer, Attributes).</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete.</param>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Resource">Plural.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
/// <param name="Namespace">Empty for all namespaces, or for a cluster-scoped resource.</param>
/// <param name="Name">Empty for a collection.</param>
internal sealed record AccessRequest(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name)
{
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    /// <summary>403, worded as endpoints/handlers/responsewriters/errors.go does.</summary>
    public ApiFailure Refused(Caller caller)
    {
        var where = Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{Namespace}\"";
        return ApiFailure.Forbidden(new ResourceName(Group, Resource), Name,
            $"User \"{caller.Name}\" cannot {Verb} resource \"{FullResource}\" in API group \"{Group}\" {where}");
    }
}
