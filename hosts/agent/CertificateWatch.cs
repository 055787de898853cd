using Handcarry.ClusterConfig.Tls;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>
/// Renews the agent's certificate, and learns of a new authority of the site, while the agent runs. Akka.Remote takes its certificate when it starts, so
/// the agent then leaves in good order, months before the old certificate ends, and is started again by whoever runs it; the others go on meanwhile.
/// </summary>
internal sealed partial class CertificateWatch(AgentCertificates certificates, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CertificateWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Not all agents at once, when there is news for all of them.
                await Task.Delay(Every * (0.5 + Random.Shared.NextDouble()), time, stoppingToken);
                if (await certificates.EnsureAsync(stoppingToken) is not { } change)
                    continue;
                Leaving(change);
                lifetime.StopApplication();
                return;
            }
            catch (Exception e) when (e is Actors.Cluster.ApiUnavailableException or CertificateException)
            {
                Postponed(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Certificates: {Change}. The agent ends in good order, to be started again with it.")]
    private partial void Leaving(string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether certificates are to be renewed cannot be found out now; trying again in an hour: {Cause}")]
    private partial void Postponed(string cause);
}
