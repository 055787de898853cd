using Handcarry.Cli;
using Handcarry.Cli.Commands;
using Handcarry.Hosts.OpenShift.Forwarding;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Clients;

/// <summary>A site of real agents that keep an authority of their own, its pods, and people with kubeconfigs of service accounts of namespace ops.</summary>
internal sealed class UserSite : IAsyncDisposable
{
    private readonly CarryingSite _carrying;

    private UserSite(CarryingSite carrying) => _carrying = carrying;

    public LabSite Site => _carrying.Site;

    public string Configuration => Path.Combine(Site.Folder.Root, "config");

    /// <summary>Starts it; <c>changer</c> and <c>reader</c> may what they are named for, <c>somebody</c> may come in and nothing more.</summary>
    public static async Task<UserSite> StartAsync(CancellationToken cancellationToken)
    {
        var options = new SiteOptions { Settings = new Dictionary<string, string> { ["tls.authority"] = "handcarry-authority" } };
        var site = new UserSite(await CarryingSite.StartAsync(5_000_000, cancellationToken, options));
        site.Site.Put(string.Join("---\n", site.Site.Nodes.Select(Pod)));
        site.Site.Put(string.Join("---\n", Role("reader", "get"), Role("changer", "get, patch"), MayComeIn("reader"), MayComeIn("changer"), MayComeIn("somebody")));
        return site;
    }

    public SiteNode Node(string name) => Site.Node(name);

    /// <summary>Runs a command line as one of them, who has nothing but a kubeconfig.</summary>
    public async Task<(int Exit, string Out, string Error)> RunAsync(string account, CancellationToken cancellationToken, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = Site.WriteKubeconfig("ops", account), ["XDG_CONFIG_HOME"] = Configuration };
        var exit = await new CommandLine(new Surroundings(output, error, false, environment, TimeProvider.System)).RunAsync(args, cancellationToken);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs it again and again until it is done, and what it prints is as wanted.</summary>
    public async Task<string> UntilAsync(string account, Func<string, bool> wanted, CancellationToken cancellationToken, params string[] args)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var (exit, output, error) = await RunAsync(account, cancellationToken, args);
            if (exit == ExitCode.Ok && wanted(output))
                return output;
            Site.ThrowIfAgentDied();
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"handcarry {string.Join(' ', args)} ends with {exit} to the last: {output}{error}");
            }
        }
    }

    /// <summary>Runs it again and again until it is done.</summary>
    public Task<string> DoneAsync(string account, CancellationToken cancellationToken, params string[] args) => UntilAsync(account, static _ => true, cancellationToken, args);

    public ValueTask DisposeAsync() => _carrying.DisposeAsync();

    private static string Pod(SiteNode node) => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: handcarry-agent-{node.Name}
          namespace: handcarry
          labels:
            {AgentPods.Label.Replace("=", ": ", StringComparison.Ordinal)}
        spec:
          nodeName: {node.Name}
          containers:
          - name: agent
            image: handcarry-agent
            ports:
            - name: clients
              containerPort: {node.ClientPort}
        status:
          phase: Running

        """;

    private static string Role(string name, string verbs) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: {name}
        rules:
        - apiGroups: [handcarry.dev]
          resources: [bundleupgrades]
          verbs: [{verbs}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata:
          name: {name}
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: {name}
        subjects:
        - kind: ServiceAccount
          name: {name}
          namespace: ops

        """;

    private static string MayComeIn(string name) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: {name}-login
          namespace: handcarry
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: handcarry-login
        subjects:
        - kind: ServiceAccount
          name: {name}
          namespace: ops

        """;
}
