using System.Diagnostics;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Api;

/// <summary>People will look at the lab with kubectl.</summary>
public sealed class KubectlTests
{
    private const string Applied = """
        apiVersion: config.openshift.io/v1
        kind: ClusterVersion
        metadata: {name: version, annotations: {note: applied}}
        spec: {clusterID: 6ac1c4cb-8b2e-4b1b-9c7e-5fbd3a1d6f4a, channel: stable-4.14}
        """;

    [SkippableFact]
    public async Task Kubectl_finds_its_way()
    {
        var kubectl = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        Skip.If(kubectl is null, "kubectl is not installed");
        await using var api = await LabApi.StartAsync();
        SeedCluster.Into(api.Server.Objects, new ClusterSeed { Version = "4.14.0", Image = "quay.io/a/b@sha256:00", Nodes = ["n1", "n2"] }, TimeProvider.System);
        Task<string> Run(params string[] arguments) => RunAsync(kubectl!, api.KubeconfigPath, null, arguments);

        Assert.Matches(@"clusterversions +config.openshift.io/v1 +false +ClusterVersion", await Run("api-resources"));
        Assert.Matches(@"NAME +VERSION +AVAILABLE +PROGRESSING +SINCE +STATUS\s+version +4.14.0 +True +False +24h +Cluster version is 4.14.0", await Run("get", "clusterversion"));
        Assert.Matches(@"n1 +Ready +control-plane,master,worker +\d+s +v1.27.6", await Run("get", "nodes"));
        Assert.Equal("4.14.0", await Run("get", "clusterversion", "version", "-o", "jsonpath={.status.history[0].version}"));
        Assert.Contains("configured", await RunAsync(kubectl!, api.KubeconfigPath, Applied, "apply", "-f", "-"), StringComparison.Ordinal);
        Assert.Contains("Warning: unknown field \"spec.odd\"", await Run("patch", "clusterversion", "version", "--type=merge", "-p", """{"spec":{"odd":1}}"""), StringComparison.Ordinal);
        Assert.Contains("cordoned", await Run("cordon", "n2"), StringComparison.Ordinal);
        Assert.Matches("n2 +Ready,SchedulingDisabled", await Run("get", "nodes", "--no-headers"));
        Assert.Contains("deleted", await Run("delete", "node", "n2", "--wait=true"), StringComparison.Ordinal);
        Assert.Contains("NotFound", await Run("get", "node", "n2"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Kubectl_applies_on_the_server_and_an_account_may_what_was_applied()
    {
        var kubectl = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        Skip.If(kubectl is null, "kubectl is not installed");
        await using var api = await LabApi.StartAsync();
        foreach (var space in (string[])["handcarry", "openshift-config-managed"])
            api.Server.Objects.PutYaml($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {space}}}}}");
        Task<string> Run(string? input, params string[] arguments) => RunAsync(kubectl!, api.KubeconfigPath, input, arguments);

        Assert.Contains("rolebinding.rbac.authorization.k8s.io/handcarry-events serverside-applied", await Run(SiteCluster.Roles(), "apply", "--server-side", "-f", "-"), StringComparison.Ordinal);
        const string agent = "--as=system:serviceaccount:handcarry:handcarry-agent";
        Assert.Contains("No resources found", await Run(null, "get", "nodes", agent), StringComparison.Ordinal);
        Assert.Contains("Forbidden", await Run(null, "get", "configmaps", "-n", "handcarry", agent), StringComparison.Ordinal);
        Assert.Contains("cannot get resource \"clusterversions\"", await Run(
            null, "patch", "clusterversion", "other", "--type=merge", "-p", "{}", agent), StringComparison.Ordinal);

        Assert.Contains("serverside-applied", await Run(Samples.Gadget("g", """{"size":1}"""), "apply", "--server-side", "-f", "-"), StringComparison.Ordinal);
        var refused = await Run(Samples.Gadget("g", """{"size":2}"""), "apply", "--server-side", "--field-manager=other", "-f", "-");
        Assert.Contains("conflict with \"kubectl\": .spec.size", refused, StringComparison.Ordinal);
        Assert.Contains("serverside-applied", await Run(Samples.Gadget("g", """{"size":2}"""), "apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", "-"), StringComparison.Ordinal);
        Assert.Equal("2", await Run(null, "get", "gadget", "g", "-o", "jsonpath={.spec.size}"));
    }

    private static async Task<string> RunAsync(string kubectl, string kubeconfig, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(kubectl) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", kubeconfig, "--cache-dir", Path.Combine(Path.GetDirectoryName(kubeconfig)!, "cache"), .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }
}
