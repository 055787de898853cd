using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli;
using Handcarry.Cli.Connection;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Clients;

/// <summary>Who is not known, not any more, or not allowed, before real agents.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class RefusalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task Who_may_not_gets_nothing_but_a_refusal_and_each_attempt_is_an_event()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await UserSite.StartAsync(patience.Token);

        // No right: neither a certificate, nor, with somebody else's, an answer.
        var (exit, output, error) = await site.RunAsync("somebody", patience.Token, "login");
        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        Assert.StartsWith("NotAllowed: ", error, StringComparison.Ordinal);
        await site.DoneAsync("reader", patience.Token, "login");
        (exit, output, error) = await site.RunAsync("somebody", patience.Token, "status");
        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        Assert.StartsWith("NotAllowed: system:serviceaccount:ops:somebody may not read", error, StringComparison.Ordinal);

        // Nobody the cluster knows; no certificate; another authority's; one that has ended.
        var token = (await File.ReadAllLinesAsync(site.Site.WriteKubeconfig("ops", "reader"), patience.Token)).Single(line => line.Contains("token:", StringComparison.Ordinal)).Split(' ')[^1];
        using var own = X509Certificate2.CreateFromPemFile(Assert.Single(Directory.GetFiles(site.Configuration, "client.pem", SearchOption.AllDirectories)));
        using var strange = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        using var stranger = Client(strange, TimeSpan.FromHours(1));
        using var authority = await AuthorityAsync(site.Site, patience.Token);
        using var ended = Client(authority, TimeSpan.FromMinutes(-1));
        Assert.Equal(ClientReasons.TokenRefused, await ReasonAsync(site, own, "not-a-token", patience.Token));
        Assert.Equal(ClientReasons.CertificateMissing, await ReasonAsync(site, null, token, patience.Token));
        Assert.Equal(ClientReasons.CertificateRefused, await ReasonAsync(site, stranger, token, patience.Token));
        Assert.Equal(ClientReasons.CertificateRefused, await ReasonAsync(site, ended, token, patience.Token));
        // Let in; so soon after the start there may be no supervisor yet.
        Assert.Contains(await ReasonAsync(site, own, token, patience.Token), (string[])["", ClientReasons.SupervisorAway]);

        // What a client's certificate is not good for: the agents' own planes.
        var node = site.Node("node-1");
        Assert.False(await AnswersAsync(node.RemotingPort, own, SslProtocols.Tls12, patience.Token));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!(await File.ReadAllTextAsync(node.Agent.Log, patience.Token)).Contains("is not one of this site's agents", StringComparison.Ordinal))
            await timer.WaitForNextTickAsync(patience.Token);
        Assert.False(await AnswersAsync(node.DataPort, own, SslProtocols.Tls13, patience.Token));
        using var agent = AgentOf(site.Site, "node-2");
        Assert.True(await AnswersAsync(node.DataPort, agent, SslProtocols.Tls13, patience.Token));

        // Nodes are asked that have reported, which takes a moment after the start.
        string[] reasons = [ClientReasons.NotAllowed, ClientReasons.TokenRefused, ClientReasons.CertificateMissing, ClientReasons.CertificateRefused];
        var events = await site.UntilAsync("reader", said => reasons.All(reason => said.Contains($"was refused ({reason}).", StringComparison.Ordinal)), patience.Token, "events");
        Assert.DoesNotContain(token, events, StringComparison.Ordinal);
        while ((await site.Site.Api.GetAsync("/api/v1/namespaces/default/events", patience.Token))!["items"]!.AsArray().All(one => (string?)one!["reason"] != ClientReasons.ClientRefused))
            await timer.WaitForNextTickAsync(patience.Token);
    }

    private static async Task<string> ReasonAsync(UserSite site, X509Certificate2? own, string token, CancellationToken cancellationToken)
    {
        await using var client = await DoorClient.OpenAsync(new EndpointDoorway(new Endpoint(SiteCertificates.Host, site.Node("node-1").ClientPort)), own, null, cancellationToken);
        var reply = await client.AskAsync(new ClientRequest(token, new ClientCommand(ClientVerb.Status)), cancellationToken);
        Assert.Equal(reply.Reason.Length == 0, reply.Status is not null);
        return reply.Reason;
    }

    /// <summary>Whether a port answers a request with this certificate. Who is refused is hung up on.</summary>
    private static async Task<bool> AnswersAsync(int port, X509Certificate2 certificate, SslProtocols protocol, CancellationToken cancellationToken)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(SiteCertificates.Host, port, cancellationToken);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority };
        await using var tls = new SslStream(tcp.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = SiteCertificates.Host,
                    EnabledSslProtocols = protocol,
                    CertificateChainPolicy = trust,
                    ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                },
                cancellationToken);
            await tls.WriteAsync("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), cancellationToken);
            return await tls.ReadAsync(new byte[1], cancellationToken) > 0;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static async Task<CertificateAuthority> AuthorityAsync(LabSite site, CancellationToken cancellationToken)
    {
        var secret = await site.Api.GetAsync("/api/v1/namespaces/handcarry/secrets/handcarry-authority", cancellationToken);
        var (certificate, key) = (Path.Combine(site.Folder.Root, "authority.crt"), Path.Combine(site.Folder.Root, "authority.key"));
        await File.WriteAllBytesAsync(certificate, Convert.FromBase64String((string)secret!["data"]!["authority.crt"]!), cancellationToken);
        await File.WriteAllBytesAsync(key, Convert.FromBase64String((string)secret["data"]!["authority.key"]!), cancellationToken);
        return CertificateAuthority.Load(certificate, key);
    }

    private static X509Certificate2 AgentOf(LabSite site, string node)
    {
        var (certificate, key) = SiteCertificates.PathsOf(site.Folder, node);
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }

    private static X509Certificate2 Client(CertificateAuthority authority, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = X509Certificate2.CreateFromPem(authority.IssueClient("carol", new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), validity));
        return issued.CopyWithPrivateKey(key);
    }
}
