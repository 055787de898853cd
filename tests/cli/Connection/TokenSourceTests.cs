using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Tests.Connection;

/// <summary>Tokens end while a command goes on.</summary>
public sealed class TokenSourceTests
{
    private readonly SetClock _clock = new();
    private int _found;

    [Fact]
    public async Task A_token_is_found_once_however_many_ask_for_it()
    {
        var source = Source(null);
        Assert.Equal(["t1", "t1", "t1"], await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => source.CurrentAsync(default))));
    }

    [Fact]
    public async Task A_token_whose_end_is_known_is_found_anew_before_it()
    {
        var source = Source(TimeSpan.FromMinutes(10));
        Assert.Equal("t1", await source.CurrentAsync(default));
        _clock.Now += TimeSpan.FromMinutes(9);
        Assert.Equal("t1", await source.CurrentAsync(default));
        _clock.Now += TimeSpan.FromSeconds(55);
        Assert.Equal("t2", await source.CurrentAsync(default));
    }

    [Fact]
    public async Task A_request_that_is_refused_for_its_token_is_asked_once_more_with_a_new_one()
    {
        var source = Source(null);
        await using var api = new RenewedToken(new Judge(source, "t2"), source);
        Assert.Equal("", (await api.AskAsync(new ClientCommand(ClientVerb.Status), default)).Reason);
        Assert.Equal(2, _found);
    }

    [Fact]
    public async Task Where_there_is_no_other_token_the_refusal_stays_and_nobody_is_asked_again()
    {
        var source = new TokenSource(_ => Task.FromResult(new BearerToken("t0")), _clock);
        var judge = new Judge(source, "t2");
        await using var api = new RenewedToken(judge, source);
        Assert.Equal(ClientReasons.TokenRefused, (await api.AskAsync(new ClientCommand(ClientVerb.Status), default)).Reason);
        Assert.Equal(1, judge.Asked);
    }

    [Fact]
    public async Task What_keeps_a_token_from_being_found_is_told_with_status_2_and_tried_again_the_next_time()
    {
        var source = new TokenSource(_ => ++_found == 1 ? throw new ArgumentException("The plugin is asleep.") : Task.FromResult(new BearerToken("t2")), _clock);
        var e = await Assert.ThrowsAsync<CliException>(() => source.CurrentAsync(default));
        Assert.Equal((ExitCode.Usage, "The plugin is asleep."), (e.ExitCode, e.Message));
        Assert.Equal("t2", await source.CurrentAsync(default));
    }

    private TokenSource Source(TimeSpan? lasts) => new(_ => Task.FromResult(new BearerToken($"t{++_found}", lasts is { } time ? _clock.Now + time : null)), _clock);

    /// <summary>Knows one token.</summary>
    private sealed class Judge(TokenSource source, string known) : IUpgradeApi
    {
        public int Asked { get; private set; }

        public async Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
        {
            Asked++;
            return new ClientReply("node-1") { Reason = await source.CurrentAsync(cancellationToken) == known ? "" : ClientReasons.TokenRefused };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
