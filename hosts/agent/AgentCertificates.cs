using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Api;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>The certificate files of an agent that gets them from the site's own authority (<c>tls.authority</c>), or has them put there by somebody else.</summary>
internal sealed partial class AgentCertificates(HandcarryOptions options, ILogger<AgentCertificates> log, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Whether the agent makes and renews them.</summary>
    public bool AreOurs => options.Tls.Authority.Length > 0;

    /// <summary>
    /// Sees to it that there are files to start with, and loads them. While the API cannot be reached, those of an earlier run do; without any it waits.
    /// Throws <see cref="CertificateException"/>.
    /// </summary>
    public async Task<NodeCertificates> LoadAsync(CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromSeconds(1); AreOurs; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (await EnsureAsync(cancellationToken) is { } change)
                    Changed(change);
                break;
            }
            catch (Actors.Cluster.ApiUnavailableException e) when (AreUsable())
            {
                GoingOn(e.Message);
                break;
            }
            catch (Actors.Cluster.ApiUnavailableException e)
            {
                Waiting(options.Tls.Authority, e.Message);
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        return NodeCertificates.Load(options.Tls, time);
    }

    /// <summary>Does what is due; what has changed, null when nothing has. Throws as <see cref="NodeEnrollment.EnsureAsync"/> does.</summary>
    public async ValueTask<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        // A connection of its own: it is needed for a moment once an hour.
        using var api = new ApiServer(KubernetesConnection.Open(options.Kubernetes.Kubeconfig), time);
        var enrollment = new NodeEnrollment(Keeping(api), options.Tls, options.Kubernetes.Namespace, [options.Node.Name, options.Remoting.Host, options.Data.Host], time);
        return await enrollment.EnsureAsync(cancellationToken);
    }

    /// <summary>
    /// A client's certificate for a user's signing request; null when the agents of this site have no authority. Throws as <see cref="ClientCertificate.IssueAsync"/>, and
    /// <see cref="Actors.Cluster.ApiUnavailableException"/>.
    /// </summary>
    public async Task<ClientCertificate?> IssueAsync(string user, string request, CancellationToken cancellationToken)
    {
        if (!AreOurs)
            return null;
        using var api = new ApiServer(KubernetesConnection.Open(options.Kubernetes.Kubeconfig), time);
        return await ClientCertificate.IssueAsync(Keeping(api), $"Secret {options.Tls.Authority}", user, request, time, cancellationToken);
    }

    private AuthorityKeeping Keeping(ApiServer api)
    {
        var secret = new SiteSecret(api, options.Kubernetes.Namespace, options.Tls.Authority);
        return new AuthorityKeeping(
            async cancel => await secret.ReadAsync(cancel) is { } kept ? new KeptAuthority(kept.Texts, kept.Version) : null,
            secret.TryCreateAsync,
            (kept, cancel) => secret.TryReplaceAsync(kept.Entries, kept.Version, cancel));
    }

    private bool AreUsable()
    {
        try
        {
            NodeCertificates.Load(options.Tls, time).Dispose();
            return true;
        }
        catch (CertificateException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Certificates: {Change}.")]
    private partial void Changed(string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificates of an earlier run are used, because it cannot be asked whether they are to be renewed: {Cause}")]
    private partial void GoingOn(string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node has no certificate yet, and Secret {Secret} cannot be read; trying again: {Cause}")]
    private partial void Waiting(string secret, string cause);
}
