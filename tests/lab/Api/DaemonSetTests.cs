namespace Handcarry.Lab.Tests.Api;

public sealed class DaemonSetTests
{
    private const string Sets = "/apis/apps/v1/namespaces/default/daemonsets";
    private const string MergePatch = "application/merge-patch+json";

    [Fact]
    public async Task A_new_template_is_a_new_generation_and_a_status_is_none()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Sets, Set())).Expect(201);
        Assert.Equal("1", made["metadata", "generation"]!.ToString());
        var patched = (await api.SendAsync("PATCH", $"{Sets}/a", """{"spec":{"template":{"spec":{"containers":[{"name":"agent","image":"b"}]}}}}""", MergePatch)).Expect(200);
        Assert.Equal("2", patched["metadata", "generation"]!.ToString());
        patched = (await api.SendAsync("PATCH", $"{Sets}/a/status", """{"status":{"observedGeneration":2}}""", MergePatch)).Expect(200);
        Assert.Equal("2", patched["metadata", "generation"]!.ToString());
        patched = (await api.SendAsync("PATCH", $"{Sets}/a", """{"metadata":{"annotations":{"a":"b"}}}""", MergePatch)).Expect(200);
        Assert.Equal("2", patched["metadata", "generation"]!.ToString());
    }

    [Theory]
    [InlineData("may not be set when host ports are used", """{"maxUnavailable":0,"maxSurge":1}""", true)]
    [InlineData("may not be set when maxUnavailable is non-zero", """{"maxUnavailable":1,"maxSurge":"10%"}""", false)]
    [InlineData("may not be 0 when maxSurge is 0", """{"maxUnavailable":0,"maxSurge":0}""", false)]
    public async Task An_update_that_could_not_go_on_is_refused(string why, string rolling, bool host)
    {
        await using var api = await LabApi.StartAsync();
        Assert.Contains(why, (await api.PostAsync(Sets, Set(rolling, host))).Expect(422).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_that_do_not_share_ports_may_surge()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Sets, Set("""{"maxUnavailable":0,"maxSurge":1}""", host: false))).Expect(201);
    }

    [Fact]
    public async Task The_selector_selects_the_template_and_stays()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Sets, Set().Replace("""{"labels":{"app":"a"}}""", """{"labels":{"app":"b"}}""", StringComparison.Ordinal))).Expect(422);
        (await api.PostAsync(Sets, Set())).Expect(201);
        var refused = (await api.SendAsync("PATCH", $"{Sets}/a", """{"spec":{"selector":{"matchLabels":{"app":"b"}},"template":{"metadata":{"labels":{"app":"b"}}}}}""", MergePatch)).Expect(422);
        Assert.Contains("field is immutable", refused.Message, StringComparison.Ordinal);
    }

    private static string Set(string rolling = """{"maxUnavailable":1}""", bool host = true) => """
        {"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"app":"a"}},"updateStrategy":{"type":"RollingUpdate","rollingUpdate":ROLLING},
        "template":{"metadata":{"labels":{"app":"a"}},"spec":{"hostNetwork":HOST,"containers":[{"name":"agent","image":"a","ports":[{"containerPort":80}]}]}}}}
        """.Replace("ROLLING", rolling, StringComparison.Ordinal).Replace("HOST", host ? "true" : "false", StringComparison.Ordinal);
}
