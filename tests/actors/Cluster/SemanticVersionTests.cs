using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

public sealed class SemanticVersionTests
{
    [Fact]
    public void Versions_follow_the_order_of_the_specification()
    {
        // semver.org 2.0.0, section 11, and OpenShift's own.
        string[] ordered =
        [
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
            "4.9.60", "4.12.0", "4.12.4", "4.15.0-ec.3", "4.15.0-rc.8", "4.15.0",
        ];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
                Assert.Equal(Math.Sign(i - j), Math.Sign(Parse(ordered[i]).CompareTo(Parse(ordered[j]))));
        }
    }

    [Fact]
    public void Build_metadata_does_not_count() => Assert.Equal(0, Parse("4.12.0+a").CompareTo(Parse("4.12.0+b")));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("4.12")]
    [InlineData("4.12.0.1")]
    [InlineData("v4.12.0")]
    [InlineData("4.012.0")]
    [InlineData("4.12.x")]
    [InlineData("4.12.0-")]
    [InlineData("4.12.0-a..b")]
    [InlineData("4.12.0-ä")]
    [InlineData("99999999999999999999.0.0")]
    public void What_is_no_version_is_refused(string? text) => Assert.False(SemanticVersion.TryParse(text, out _));

    private static SemanticVersion Parse(string text) => SemanticVersion.TryParse(text, out var version) ? version : throw new FormatException(text);
}
