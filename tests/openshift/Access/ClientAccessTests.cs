using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Hosts.OpenShift.Access;
using Handcarry.Twins;

namespace Handcarry.Hosts.OpenShift.Tests.Access;

/// <summary>What is remembered of the cluster's answers, and what counts while there are none.</summary>
public sealed class ClientAccessTests
{
    private readonly Reviews _reviews = new();
    private readonly ManualTime _time = new();
    private readonly ClientAccess _access;

    public ClientAccessTests() => _access = new ClientAccess(_reviews, _time);

    [Fact]
    public async Task An_answer_is_remembered_for_half_a_minute()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(new AccessDecision("carol"), await Ask("carol"));
        Assert.Equal(1, _reviews.Asked);
        _time.Advance(TimeSpan.FromSeconds(30));
        _reviews.Allowed = false;
        Assert.Equal(ClientReasons.NotAllowed, (await Ask("carol")).Reason);
    }

    [Fact]
    public async Task The_right_to_read_is_not_the_right_to_change()
    {
        _reviews.Changes = false;
        Assert.True((await Ask("carol")).Allowed);
        Assert.Equal(ClientReasons.NotAllowed, (await Ask("carol", ClientRight.Change)).Reason);
    }

    [Fact]
    public async Task While_the_cluster_is_away_who_was_allowed_reads_for_an_hour_and_nobody_changes_anything()
    {
        await Ask("carol");
        await Ask("carol", ClientRight.Change);
        _time.Advance(TimeSpan.FromMinutes(59));
        _reviews.Away = true;
        Assert.True((await Ask("carol")).Allowed);
        Assert.Equal(ClientReasons.AccessUnknown, (await Ask("carol", ClientRight.Change)).Reason);
        Assert.Equal(ClientReasons.AccessUnknown, (await Ask("dave")).Reason);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ClientReasons.AccessUnknown, (await Ask("carol")).Reason);
    }

    [Fact]
    public async Task Who_was_refused_is_not_let_in_because_the_cluster_is_away()
    {
        _reviews.Allowed = false;
        await Ask("carol");
        _time.Advance(TimeSpan.FromMinutes(1));
        _reviews.Away = true;
        Assert.False((await Ask("carol")).Allowed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public async Task What_cannot_be_a_token_is_refused_without_asking(string token)
    {
        Assert.False((await Ask(token)).Allowed);
        Assert.False((await Ask(new string('x', ClientAccess.LongestToken + 1))).Allowed);
        Assert.Equal(0, _reviews.Asked);
    }

    [Fact]
    public async Task More_strangers_than_are_remembered_drive_the_oldest_out()
    {
        await Ask("carol");
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < ClientAccess.MostRemembered; i++)
            await Ask($"stranger{i}");
        await Ask("stranger7");
        Assert.Equal(ClientAccess.MostRemembered + 1, _reviews.Asked);
        await Ask("carol");
        Assert.Equal(ClientAccess.MostRemembered + 2, _reviews.Asked);
    }

    private ValueTask<AccessDecision> Ask(string token, ClientRight right = ClientRight.Read) => _access.DecideAsync(token, right, CancellationToken.None);

    /// <summary>A cluster to which everybody is known by the name that the token is.</summary>
    private sealed class Reviews : IAccessReview
    {
        public bool Away { get; set; }

        public bool Allowed { get; set; } = true;

        public bool Changes { get; set; } = true;

        public int Asked { get; private set; }

        public ValueTask<ReviewedUser?> WhoAsync(string token, CancellationToken cancellationToken)
        {
            Asked++;
            return Away ? throw new ApiUnavailableException("It is away.") : new ValueTask<ReviewedUser?>(new ReviewedUser(token, "", []));
        }

        public ValueTask<bool> MayAsync(ReviewedUser user, ClientRight right, CancellationToken cancellationToken) => new(Allowed && (right == ClientRight.Read || Changes));
    }
}
