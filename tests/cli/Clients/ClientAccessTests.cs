using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Tests.Clients;

/// <summary>Who may ask what, judged by the lab's API server.</summary>
public sealed class ClientAccessTests : IAsyncLifetime
{
    private ClientSite _site = null!;

    public async Task InitializeAsync() => _site = await ClientSite.StartAsync(Replies.Carrying);

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Who_may_get_the_upgrade_reads_it()
    {
        var (exit, output, error) = await _site.RunAsync(_site.TokenOf("reader"), "status");
        Assert.Equal("", error);
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("node-2  Loading", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_token_gets_a_refusal_and_nothing_else_and_the_attempt_is_an_event()
    {
        var (exit, output, error) = await _site.RunAsync("not-a-token", "status");
        Assert.StartsWith("TokenRefused: ", error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        await EventAsync(ClientReasons.ClientRefused, "a client that is not known asked for Status");
        Assert.DoesNotContain(_site.Facts.Page(0, null).Facts, fact => fact.Message.Contains("not-a-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_has_no_right_is_told_which_one_is_missing_and_the_attempt_names_who_it_was()
    {
        var (exit, output, error) = await _site.RunAsync(_site.TokenOf("somebody"), "status");
        Assert.StartsWith("NotAllowed: system:serviceaccount:ops:somebody may not read the upgrade: it needs the right to get bundleupgrades", error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Refused, ""), (exit, output));
        await EventAsync(ClientReasons.ClientRefused, "system:serviceaccount:ops:somebody asked for Status and was refused (NotAllowed).");
    }

    private async Task EventAsync(string reason, string words)
    {
        Assert.Contains(_site.Facts.Page(0, null).Facts, fact => fact.Reason == reason && fact.Warning && fact.Message.Contains(words, StringComparison.Ordinal));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!_site.Api.Objects.List("v1", "Event", "default").Any(one => (string?)one["reason"] == reason && ((string?)one["message"])!.Contains(words, StringComparison.Ordinal)))
            await Task.Delay(20, limit.Token);
    }
}
