using System.Security.Cryptography.X509Certificates;

namespace Handcarry.Deploy.Tests;

/// <summary>Real agents on a site where nothing but deploy/ was applied.</summary>
public sealed class FirstStartTests
{
    [Fact]
    public async Task Agents_that_start_at_once_make_one_authority_and_one_cluster()
    {
        await using var site = await FreshSite.StartAsync(nodes: 3);
        site.Start(0, 1);
        await Until.TrueAsync(() => site.IsUp(0) && site.IsUp(1), site.Said);
        Assert.True(await site.TalkAsync(0, 1) && await site.TalkAsync(1, 0));
        Assert.Equal(File.ReadAllText(site.Files(0).Ca), File.ReadAllText(site.Files(1).Ca));

        var secret = Assert.Single(site.Api.Objects.List("v1", "Secret", "handcarry"));
        Assert.Equal("handcarry-authority", (string)secret["metadata"]!["name"]!);
        using var authority = X509Certificate2.CreateFromPem(File.ReadAllText(site.Files(0).Ca));
        Assert.StartsWith("CN=Handcarry handcarry", authority.Subject, StringComparison.Ordinal);

        // A node that comes later gets in by the same.
        site.Start(2);
        await Until.TrueAsync(() => site.IsUp(2), site.Said);
        Assert.True(await site.TalkAsync(2, 0) && await site.TalkAsync(1, 2));
    }

    [Fact]
    public async Task An_agent_without_certificates_waits_for_the_API_and_one_with_them_does_not()
    {
        await using var site = await FreshSite.StartAsync(nodes: 1);
        await site.Api.TakeDownAsync();
        site.Start(0);
        await Until.TrueAsync(() => site.Said().Contains("This node has no certificate yet", StringComparison.Ordinal), site.Said);
        await site.Api.BringUpAsync();
        await Until.TrueAsync(() => site.IsUp(0), site.Said);

        await site.Api.TakeDownAsync();
        await site.RestartAsync(0);
        await Until.TrueAsync(() => site.Said().Contains("certificates of an earlier run are used", StringComparison.Ordinal), site.Said);
        await Until.TrueAsync(() => site.TalkAsync(0, 0), site.Said);
    }
}
