using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Hosts.OpenShift.Tests.Access;

/// <summary>Where the token of who is at the keyboard comes from: real files, and real plugins.</summary>
public sealed class KubeconfigUserTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-kubeconfig-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_token_of_the_current_contexts_user_is_taken()
    {
        var path = Kubeconfig("token: sha256~mine");
        Assert.Equal("sha256~mine", (await KubeconfigUser.TokenAsync(path, default)).Text);
        Assert.Equal("https://api.site.example:6443", KubeconfigUser.Server(path));
    }

    [Fact]
    public async Task A_token_file_counts_from_the_kubeconfigs_folder_and_wins_over_a_token_and_is_read_anew()
    {
        Write("mine.token", "first\n");
        var path = Kubeconfig("token: other", "tokenFile: mine.token");
        Assert.Equal("first", (await KubeconfigUser.TokenAsync(path, default)).Text);
        Write("mine.token", "second\n");
        Assert.Equal("second", (await KubeconfigUser.TokenAsync(path, default)).Text);
    }

    [Fact]
    public async Task A_plugin_is_told_what_is_wanted_and_gives_a_token_with_its_end()
    {
        Script("plugin", """
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s","expirationTimestamp":"2030-01-02T03:04:05Z"}}' "$1" "$WHO"
            """);
        var token = await KubeconfigUser.TokenAsync(Kubeconfig(Exec("./plugin", "args: [for]", "env: [{name: WHO, value: carol}]", "provideClusterInfo: true")), default);
        Assert.Equal(new BearerToken("for-carol", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero)), token);
        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://api.site.example:6443"}}}""",
            await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "info")));
    }

    [Theory]
    [InlineData("exit 3", "it ended with status 3")]
    [InlineData("echo hello", "it did not print JSON")]
    [InlineData("""echo '{"apiVersion":"v1","kind":"Pod"}'""", "it printed no ExecCredential")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"x"}}'""", "it gave a client certificate, and agents need a token")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'""", "it gave no token")]
    public async Task A_plugin_that_gives_none_is_named_with_the_reason(string script, string why)
    {
        Script("plugin", script);
        var path = Kubeconfig(Exec("./plugin"));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(path, default));
        Assert.StartsWith($"{path} has your token from the plugin ./plugin, which does not give it: {why}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_told_with_its_hint()
    {
        var path = Kubeconfig(Exec("handcarry-no-such-plugin", "installHint: install it from the desk"));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(path, default));
        Assert.Contains("it cannot be started", error.Message, StringComparison.Ordinal);
        Assert.Contains("install it from the desk", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_of_a_version_that_is_not_known_is_not_run()
    {
        Script("plugin", """touch "$(dirname "$0")/ran" """);
        var path = Kubeconfig(Exec("./plugin").Replace("k8s.io/v1", "k8s.io/v1alpha1", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(path, default));
        Assert.Contains("client.authentication.k8s.io/v1alpha1", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "ran")));
    }

    [Fact]
    public async Task A_client_certificate_is_no_token_and_the_sentence_says_how_to_get_one()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(Kubeconfig("client-certificate-data: eA==", "client-key-data: eA=="), default));
        Assert.Contains("has a client certificate for the user of its current context; agents need a token", error.Message, StringComparison.Ordinal);
        Assert.Contains("oc create token", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it has no current context")]
    [InlineData("current-context: other", "its current context other is not in it")]
    [InlineData("current-context: [", "cannot be used to find your token")]
    public async Task A_kubeconfig_that_leads_nowhere_is_named_with_the_reason(string text, string why)
    {
        var path = Write("kubeconfig", "kind: Config\n" + text);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(path, default));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_or_a_token_file_that_is_not_there_is_named()
    {
        var absent = Path.Combine(_folder.FullName, "absent");
        Assert.StartsWith(absent, (await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(absent, default))).Message, StringComparison.Ordinal);
        Assert.Contains("no-token", (await Assert.ThrowsAsync<ArgumentException>(() => KubeconfigUser.TokenAsync(Kubeconfig("tokenFile: no-token"), default))).Message, StringComparison.Ordinal);
    }

    private static string Exec(string command, params string[] more) =>
        $"exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: {command}{string.Concat(more.Select(line => $"\n      {line}"))}";

    private string Kubeconfig(params string[] user) => Write("kubeconfig", $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: site
          cluster:
            server: https://api.site.example:6443
        users:
        - name: other
          user:
            token: not-mine
        - name: me
          user:
            {string.Join("\n    ", user)}
        contexts:
        - name: site
          context:
            cluster: site
            user: me
        current-context: site

        """);

    private void Script(string name, string body) =>
        File.SetUnixFileMode(Write(name, "#!/bin/sh\n" + body + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
