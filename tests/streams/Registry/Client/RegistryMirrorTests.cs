using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class RegistryMirrorTests
{
    [Theory]
    [InlineData("quay.io=m:5000", "quay.io/a/b", "m:5000", "a/b")]
    [InlineData("quay.io=m:5000/p", "quay.io/a/b", "m:5000", "p/a/b")]
    [InlineData("quay.io/a=m:5000/p/q", "quay.io/a/b", "m:5000", "p/q/b")]
    [InlineData("quay.io/a/b=m:5000/p", "quay.io/a/b", "m:5000", "p")]
    public void What_follows_the_source_follows_the_mirror(string text, string name, string registry, string repository)
    {
        Assert.True(RegistryMirror.TryParse(text, out var mirror));
        Assert.Equal(text, mirror.ToString());
        Assert.True(mirror.Covers(name));
        Assert.True(mirror.TryPlace(name, out var place));
        Assert.Equal((registry, repository), place);
    }

    [Theory]
    [InlineData("quay.io/a=m", "quay.io/ab")]
    [InlineData("quay.io=m", "quay.io:443/a")]
    [InlineData("quay.io/a/b=m", "quay.io/a")]
    public void A_source_ends_at_a_boundary(string text, string name)
    {
        Assert.True(RegistryMirror.TryParse(text, out var mirror));
        Assert.False(mirror.Covers(name));
    }

    [Fact]
    public void A_mirror_without_path_cannot_replace_a_whole_name() =>
        Assert.False(new RegistryMirror("quay.io/a/b", "m:5000").TryPlace("quay.io/a/b", out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("quay.io")]
    [InlineData("=m")]
    [InlineData("quay.io=")]
    [InlineData("quay.io=https://m")]
    [InlineData("quay.io/A=m")]
    [InlineData("quay.io=m/")]
    [InlineData("quay.io=m=n")]
    public void What_is_no_mirror_is_refused(string? text) => Assert.False(RegistryMirror.TryParse(text, out _));
}
