using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using k8s.Exceptions;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>What a failed request means to the rest of the product.</summary>
internal static class ApiFailure
{
    private const int NotFound = 404;
    private const int Conflict = 409;
    private const int Gone = 410;

    /// <summary>Failures of the transport, of credentials and of time.</summary>
    public static bool IsTransport(Exception e) =>
        e is HttpRequestException or IOException or SocketException or AuthenticationException or OperationCanceledException
            or JsonException or FormatException or UnauthorizedAccessException or KubeConfigException or KubernetesClientException;

    /// <summary>The exception for such a failure, unless the caller has cancelled: then that is thrown, whatever it looked like below.</summary>
    public static ApiUnavailableException Unavailable(HttpMethod method, string path, Exception e, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ApiUnavailableException(
            e is OperationCanceledException
                ? $"The Kubernetes API did not answer in time ({method} {Where(path)}); it will be asked again."
                : $"The Kubernetes API cannot be reached ({method} {Where(path)}: {e.Message}); it will be asked again.",
            e);
    }

    /// <summary>The exception for an answer with <paramref name="code"/>, or for a watch event of type ERROR that carries it.</summary>
    public static Exception Of(HttpMethod method, string path, int code, V1Status status)
    {
        var said = $"{method} {Where(path)}: {code} {status.Message}".TrimEnd();
        if (code == Gone)
            return new ResourceExpiredException($"The resource version asked for is no longer kept ({said}).");
        if (method != HttpMethod.Get && (code == Conflict || (code == NotFound && method != HttpMethod.Post)))
            return new StaleWriteException($"Somebody else wrote in between ({said}); read again before deciding.");
        return new ApiUnavailableException(code switch
        {
            401 => $"The Kubernetes API does not know this agent ({said}); check its service account or kubeconfig.",
            403 => $"The Kubernetes API does not allow this ({said}); check that the agent's roles are installed.",
            NotFound => $"The Kubernetes API has no such resource ({said}); check that its definition, or its namespace, is installed.",
            400 or 422 => $"The Kubernetes API refuses this content ({said}); check that the installed definition belongs to this version.",
            _ => $"The Kubernetes API cannot serve this now ({said}); it will be asked again.",
        });
    }

    /// <summary>The meta/v1 Status in an answer, null when it is something else.</summary>
    public static V1Status? StatusOf(string text)
    {
        try
        {
            return ApiJson.Read<V1Status>(text) is { Kind: "Status" } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Where(string path) => path.Split('?')[0];
}
