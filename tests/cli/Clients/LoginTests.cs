using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Login;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Tests.Clients;

/// <summary>A person with a kubeconfig, the lab's API server that forwards ports, and an agent's door.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private ClientSite _site = null!;

    public async Task InitializeAsync() => _site = await ClientSite.StartAsync(Replies.Carrying);

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Whoever_may_read_logs_in_by_the_kubeconfig_alone_and_asks_by_it_until_the_logout()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        var kubeconfig = _site.KubeconfigOf("reader");
        var (before, _, missing) = await _site.RunAsUserAsync(kubeconfig, "status");
        Assert.Equal(ExitCode.Usage, before);
        Assert.Contains("handcarry login", missing, StringComparison.Ordinal);

        var (login, said, error) = await _site.RunAsUserAsync(kubeconfig, "login");
        Assert.True(login == ExitCode.Ok && error.Length == 0, error);
        Assert.StartsWith("system:serviceaccount:ops:reader was given a certificate of a client, valid until ", said, StringComparison.Ordinal);
        Assert.Contains(_site.Facts.Page(0, null).Facts, fact => fact.Reason == ClientReasons.LoggedIn);

        var (exit, output, wrong) = await _site.RunAsUserAsync(kubeconfig, "status");
        Assert.Equal((ExitCode.Ok, ""), (exit, wrong));
        Assert.Contains("node-2  Loading", output, StringComparison.Ordinal);

        Assert.Equal((ExitCode.Ok, "Forgotten.\n", ""), await _site.RunAsUserAsync(kubeconfig, "logout"));
        Assert.Equal(ExitCode.Usage, (await _site.RunAsUserAsync(kubeconfig, "status")).Exit);
    }

    [Fact]
    public async Task The_certificate_of_a_login_is_for_a_client_only_short_lived_and_readable_by_its_owner_alone()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        await _site.RunAsUserAsync(_site.KubeconfigOf("reader"), "login");
        var file = Assert.Single(Directory.GetFiles(_site.Folder, "client.pem", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        using var certificate = X509Certificate2.CreateFromPemFile(file);
        Assert.Contains("OU=handcarry client", certificate.Subject, StringComparison.Ordinal);
        Assert.Equal([PeerTrust.ClientUsage], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.OfType<Oid>().Select(usage => usage.Value));
        Assert.DoesNotContain(certificate.Extensions, extension => extension is X509SubjectAlternativeNameExtension);
        Assert.InRange(certificate.NotAfter - DateTime.Now, TimeSpan.Zero, ClientCertificate.Validity);
    }

    [Fact]
    public async Task A_pod_that_does_not_answer_is_left_for_the_next_one()
    {
        _site.AddPod("agent-1", DeadPort());
        _site.AddPod("agent-2", _site.Door.Port, "node-2");
        var kubeconfig = _site.KubeconfigOf("reader");
        Assert.Equal(ExitCode.Ok, (await _site.RunAsUserAsync(kubeconfig, "login")).Exit);
        Assert.Equal(ExitCode.Ok, (await _site.RunAsUserAsync(kubeconfig, "status")).Exit);
    }

    [Fact]
    public async Task An_agent_that_goes_while_a_command_goes_on_is_left_for_the_next_one()
    {
        using var first = new PassingDoor(_site.Door);
        _site.AddPod("agent-1", first.Port);
        _site.AddPod("agent-2", _site.Door.Port, "node-2");
        var kubeconfig = _site.KubeconfigOf("reader");
        var door = new DoorSettings(kubeconfig, "handcarry", _site.Keep(kubeconfig, TimeSpan.FromHours(1)), TimeProvider.System);
        var token = new TokenSource(cancel => KubeconfigUser.TokenAsync(kubeconfig, cancel), TimeProvider.System);
        await using var api = await DoorConnection.OpenAsync(new ConnectionSettings([], door.Login!.Tls, token, TimeSpan.FromSeconds(30)) { Door = door }, door, CancellationToken.None);
        Assert.Equal("", (await api.AskAsync(new ClientCommand(ClientVerb.Status), CancellationToken.None)).Reason);
        Assert.Equal(1, first.Passed);
        first.Dispose();
        Assert.Equal("", (await api.AskAsync(new ClientCommand(ClientVerb.Status), CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task When_no_pod_answers_each_is_named_with_the_reason()
    {
        _site.AddPod("agent-1", DeadPort());
        var (exit, _, error) = await _site.RunAsUserAsync(_site.KubeconfigOf("reader"), "login");
        Assert.Equal(ExitCode.NoAgent, exit);
        Assert.StartsWith("No agent can be reached.\n  pod agent-1 on node-1: ", error, StringComparison.Ordinal);
        Assert.True(error.Contains("Connection refused", StringComparison.Ordinal), error);
    }

    [Fact]
    public async Task Who_may_not_read_gets_no_certificate_and_the_attempt_is_an_event()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        var (exit, output, error) = await _site.RunAsUserAsync(_site.KubeconfigOf("somebody"), "login");
        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        Assert.StartsWith("NotAllowed: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_site.Folder, "client.pem", SearchOption.AllDirectories));
        Assert.Contains(_site.Facts.Page(0, null).Facts, fact => fact.Reason == ClientReasons.ClientRefused && fact.Message.Contains("ops:somebody asked for Login", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_may_not_look_for_pods_is_told_which_role_that_takes()
    {
        var (exit, _, error) = await _site.RunAsUserAsync(_site.KubeconfigOf("changer"), "login");
        Assert.Equal(ExitCode.NoAgent, exit);
        Assert.Contains("Role handcarry-login", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_not_given_to_a_contact_that_nothing_vouches_for()
    {
        var kubeconfig = _site.KubeconfigOf("reader");
        var (exit, _, error) = await _site.RunAsUserAsync(kubeconfig, "login", "--contact", _site.Door.ToString());
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("--ca FILE", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await _site.RunAsUserAsync(kubeconfig, "login", "--contact", _site.Door.ToString(), "--ca", Path.Combine(_site.Folder, "ca.crt"))).Exit);
        Assert.Equal(ExitCode.Ok, (await _site.RunAsUserAsync(kubeconfig, "status", "--contact", _site.Door.ToString())).Exit);
    }

    [Fact]
    public async Task Another_authority_than_the_one_that_is_named_gets_no_token()
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        other.Write(Path.Combine(_site.Folder, "other.crt"));
        var (exit, _, error) = await _site.RunAsUserAsync(_site.KubeconfigOf("reader"), "login", "--contact", _site.Door.ToString(), "--ca", Path.Combine(_site.Folder, "other.crt"));
        Assert.Equal(ExitCode.NoAgent, exit);
        Assert.Contains("its certificate is not of this site", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_site.Facts.Page(0, null).Facts, fact => fact.Reason == ClientReasons.LoggedIn);
    }

    [Fact]
    public async Task A_clients_certificate_that_is_named_by_its_files_comes_in_by_the_same_door()
    {
        var kubeconfig = _site.KubeconfigOf("reader");
        var tls = _site.Keep(kubeconfig, TimeSpan.FromHours(1)).Tls;
        string[] files = ["--ca", tls.Ca, "--certificate", tls.Certificate, "--key", tls.Key];
        Assert.Equal((ExitCode.Ok, ""), Without(await _site.RunAsUserAsync(kubeconfig, ["status", "--contact", _site.Door.ToString(), .. files])));

        // Among the agents it is not let in.
        var (exit, _, error) = await _site.RunAsUserAsync(kubeconfig, ["status", "--contact", _site.Contact.ToString(), .. files]);
        Assert.Equal(ExitCode.NoAgent, exit);
        Assert.Contains("their port for clients, 9244", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_renewed_when_it_is_used()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        var kubeconfig = _site.KubeconfigOf("reader");
        var store = _site.Keep(kubeconfig, TimeSpan.FromMinutes(-1));
        Assert.Equal((ExitCode.Ok, ""), Without(await _site.RunAsUserAsync(kubeconfig, "status")));
        using var renewed = store.Certificate()!;
        Assert.False(LoginStore.IsDue(renewed, TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task A_certificate_that_ends_while_a_command_goes_on_is_renewed_without_a_word()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        var kubeconfig = _site.KubeconfigOf("reader");
        // Made ten minutes before now, as all are, and seen from nine minutes before, it is not to be renewed yet.
        var clock = new MovedClock { By = TimeSpan.FromMinutes(-9) };
        var door = new DoorSettings(kubeconfig, "handcarry", _site.Keep(kubeconfig, TimeSpan.FromSeconds(2)), clock);
        var token = new TokenSource(cancel => KubeconfigUser.TokenAsync(kubeconfig, cancel), clock);
        await using var api = await DoorConnection.OpenAsync(new ConnectionSettings([], door.Login!.Tls, token, TimeSpan.FromSeconds(30)) { Door = door }, door, CancellationToken.None);
        clock.By = TimeSpan.Zero;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_site.Facts.Page(0, null).Facts.All(fact => fact.Reason != ClientReasons.LoggedIn))
        {
            Assert.Equal("", (await api.AskAsync(new ClientCommand(ClientVerb.Status), limit.Token)).Reason);
            await Task.Delay(50, limit.Token);
        }
        Assert.Equal("", (await api.AskAsync(new ClientCommand(ClientVerb.Status), limit.Token)).Reason);
    }

    [Fact]
    public async Task Without_a_certificate_the_door_answers_nothing_but_a_refusal_and_the_attempt_is_an_event()
    {
        await using var client = await DoorClient.OpenAsync(new EndpointDoorway(_site.Door), null, null, CancellationToken.None);
        var reply = await client.AskAsync(new ClientRequest(_site.TokenOf("reader"), new ClientCommand(ClientVerb.Status)), CancellationToken.None);
        Assert.Equal((ClientReasons.CertificateMissing, true), (reply.Reason, reply.Status is null));
        Assert.Contains(_site.Facts.Page(0, null).Facts, fact => fact.Reason == ClientReasons.ClientRefused && fact.Message.Contains(ClientReasons.CertificateMissing, StringComparison.Ordinal));
        await Assert.ThrowsAnyAsync<IOException>(() => client.AskAsync(new ClientRequest(_site.TokenOf("reader"), new ClientCommand(ClientVerb.Status)), CancellationToken.None));
    }

    [Theory]
    [InlineData(true, "PartialChain")]
    [InlineData(false, "NotTimeValid")]
    public async Task A_certificate_of_another_authority_or_one_that_has_ended_is_refused_with_the_reason_and_the_attempt_is_an_event(bool stranger, string why)
    {
        using var other = CertificateAuthority.Create("elsewhere", TimeSpan.FromHours(1));
        var kubeconfig = _site.KubeconfigOf("reader");
        using var own = Pair(stranger ? _site.Keep(other, kubeconfig, TimeSpan.FromHours(1)) : _site.Keep(kubeconfig, TimeSpan.FromMinutes(-1)));
        await using var client = await DoorClient.OpenAsync(new EndpointDoorway(_site.Door), own, null, CancellationToken.None);
        var reply = await client.AskAsync(new ClientRequest(_site.TokenOf("reader"), new ClientCommand(ClientVerb.Status)), CancellationToken.None);
        Assert.Equal((ClientReasons.CertificateRefused, true), (reply.Reason, reply.Status is null));
        Assert.Contains(why, reply.Message, StringComparison.Ordinal);
        Assert.Contains(_site.Facts.Page(0, null).Facts, fact => fact.Reason == ClientReasons.ClientRefused && fact.Message.Contains(ClientReasons.CertificateRefused, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_request_ends_the_connection_and_the_next_client_is_answered()
    {
        using (var rough = new TcpClient())
        {
            await rough.ConnectAsync(_site.Door.Host, _site.Door.Port);
            await rough.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            var answer = new byte[1024];
            while (await ReadAsync(rough, answer) > 0)
                continue;
        }
        _site.AddPod("agent-1", _site.Door.Port);
        Assert.Equal(ExitCode.Ok, (await _site.RunAsUserAsync(_site.KubeconfigOf("reader"), "login")).Exit);
    }

    [Fact]
    public async Task Many_questions_at_once_are_all_answered()
    {
        _site.AddPod("agent-1", _site.Door.Port);
        var kubeconfig = _site.KubeconfigOf("reader");
        await _site.RunAsUserAsync(kubeconfig, "login");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _site.RunAsUserAsync(kubeconfig, "nodes", "-o", "json")));
        Assert.All(answers, answer => Assert.Equal((ExitCode.Ok, ""), Without(answer)));
    }

    private static async Task<int> ReadAsync(TcpClient from, byte[] into)
    {
        try
        {
            return await from.GetStream().ReadAsync(into);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static (int, string) Without((int Exit, string Out, string Error) result) => (result.Exit, result.Error);

    private static X509Certificate2 Pair(LoginStore store) => X509Certificate2.CreateFromPemFile(store.Tls.Certificate, store.Tls.Key);

    /// <summary>The time, and some more or less.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }

    private static int DeadPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
