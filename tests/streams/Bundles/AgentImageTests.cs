using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class AgentImageTests
{
    private static readonly Digest Agent = Digest.Of("agent"u8);

    [Fact]
    public void The_agent_is_known_by_its_repository_which_says_its_version() => Assert.Equal(
        new AgentImage("0.2.0", $"handcarry.dev/agent/0.2.0@{Agent}"),
        AgentImage.Among([$"quay.io/team/app@{Agent}", $"handcarry.dev/agent/0.2.0@{Agent}"]));

    [Fact]
    public void A_version_before_a_release_has_a_repository_too() =>
        Assert.Equal("1.0.0-rc.1", AgentImage.Of(AgentImage.NameOf("1.0.0-rc.1", Agent).ToString())!.Version);

    [Theory]
    [InlineData("quay.io/agent/0.2.0")]
    [InlineData("handcarry.dev/agent")]
    [InlineData("handcarry.dev/agent/latest")]
    [InlineData("handcarry.dev/agent/0.2.0/more")]
    [InlineData("handcarry.dev/agent/0.2")]
    public void No_other_repository_is_taken_for_the_agents(string repository) => Assert.Null(AgentImage.Of($"{repository}@{Agent}"));

    [Fact]
    public void Of_two_agents_neither_is_the_one() =>
        Assert.Null(AgentImage.Among([$"handcarry.dev/agent/0.2.0@{Agent}", $"handcarry.dev/agent/0.3.0@{Agent}"]));

    [Theory]
    [InlineData("0.2.0+build")]
    [InlineData("0.2.0-RC1")]
    [InlineData("v0.2.0")]
    public void A_version_that_no_repository_can_say_is_none(string version) => Assert.False(AgentImage.IsVersion(version));
}
