using k8s;
using k8s.Models;

namespace Handcarry.Lab.Tests.Api;

public sealed class LabApiServerTests
{
    [Fact]
    public async Task The_real_client_creates_reads_lists_and_deletes()
    {
        await using var api = await LabApi.StartAsync();
        var made = await api.Kubernetes.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "a" }, Data = new Dictionary<string, string> { ["k"] = "v" } }, "default");
        Assert.NotEmpty(made.Metadata.Uid);
        Assert.NotNull(made.Metadata.CreationTimestamp);
        var read = await api.Kubernetes.CoreV1.ReadNamespacedConfigMapAsync("a", "default");
        Assert.Equal(made.Metadata.ResourceVersion, read.Metadata.ResourceVersion);
        Assert.Equal("a", Assert.Single((await api.Kubernetes.CoreV1.ListNamespacedConfigMapAsync("default")).Items).Metadata.Name);
        var gone = await api.Kubernetes.CoreV1.DeleteNamespacedConfigMapAsync("a", "default");
        Assert.Equal("Success", gone.Status);
        Assert.Empty((await api.Kubernetes.CoreV1.ListConfigMapForAllNamespacesAsync()).Items);
    }

    [Fact]
    public async Task Anonymous_requests_are_refused_except_for_health_and_version()
    {
        await using var api = await LabApi.StartAsync();
        using var anonymous = api.NewHttp();
        Assert.Equal(401, (int)(await anonymous.GetAsync("/api/v1/nodes")).StatusCode);
        foreach (var path in new[] { "/healthz", "/livez", "/readyz", "/version" })
            Assert.Equal(200, (int)(await anonymous.GetAsync(path)).StatusCode);
    }
}
