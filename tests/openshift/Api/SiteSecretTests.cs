using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Api;

public sealed class SiteSecretTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Texts = new() { ["authority.crt"] = "-----BEGIN\nä\n", ["next.key"] = "" };

    private LabCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_created_is_read_by_another_agent()
    {
        Assert.Null(await Secret().ReadAsync(default));
        Assert.True(await Secret().TryCreateAsync(Texts, default));
        Assert.Equal(Texts, (await Secret().ReadAsync(default))!.Value.Texts);
        var stored = _cluster.Objects.Find("v1", "Secret", "handcarry", "handcarry-authority")!;
        Assert.Equal("Opaque", (string)stored["type"]!);
        Assert.Equal(Texts["authority.crt"], Encoding.UTF8.GetString(Convert.FromBase64String((string)stored["data"]!["authority.crt"]!)));
    }

    [Fact]
    public async Task Of_agents_that_create_it_at_once_one_succeeds()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Secret().TryCreateAsync(Texts, default).AsTask()));
        Assert.Single(created, true);
    }

    [Fact]
    public async Task It_is_replaced_only_as_it_was_read()
    {
        await Secret().TryCreateAsync(Texts, default);
        var (_, version) = (await Secret().ReadAsync(default))!.Value;
        var other = new Dictionary<string, string> { ["authority.crt"] = "other" };
        Assert.True(await Secret().TryReplaceAsync(other, version, default));
        Assert.False(await Secret().TryReplaceAsync(Texts, version, default));
        Assert.Equal(other, (await Secret().ReadAsync(default))!.Value.Texts);
    }

    [Fact]
    public async Task Where_it_is_not_any_more_nothing_is_replaced() =>
        Assert.False(await Secret().TryReplaceAsync(Texts, "1", default));

    [Fact]
    public async Task While_the_API_is_away_it_says_so()
    {
        var secret = Secret();
        await _cluster.SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(() => secret.ReadAsync(default).AsTask());
        await Assert.ThrowsAsync<ApiUnavailableException>(() => secret.TryCreateAsync(Texts, default).AsTask());
        await _cluster.SetAwayAsync(false);
    }

    private SiteSecret Secret() => new(_cluster.Connect(), "handcarry", "handcarry-authority");
}
