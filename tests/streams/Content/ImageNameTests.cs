using CsCheck;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Content;

public sealed class ImageNameTests
{
    private const string Digested = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("quay.io/openshift-release-dev/ocp-v4.0-art-dev")]
    [InlineData("localhost:5000/a")]
    [InlineData("[fd00::1]:5000/a/b_c/d-e")]
    [InlineData("Registry.Example.COM/a")]
    public void A_name_by_digest_is_written_back_unchanged(string repository)
    {
        var name = ImageName.Parse(repository + Digested);
        Assert.Equal(repository, name.Repository);
        Assert.Equal(repository + Digested, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("quay.io/a/b")]
    [InlineData("quay.io/a/b:latest")]
    [InlineData("quay.io/a/b:latest" + Digested)]
    [InlineData("b" + Digested)]
    [InlineData("/b" + Digested)]
    [InlineData("quay.io/" + Digested)]
    [InlineData("quay.io//b" + Digested)]
    [InlineData("quay.io/../b" + Digested)]
    [InlineData("quay.io/./b" + Digested)]
    [InlineData("quay.io/A" + Digested)]
    [InlineData("quay.io/a b" + Digested)]
    [InlineData("quay.io/a\n" + Digested)]
    [InlineData("quay.io/a" + Digested + "x")]
    [InlineData("quay.io/a" + Digested + Digested)]
    [InlineData(Digested)]
    public void What_is_no_name_by_digest_is_refused(string text) => Assert.Throws<FormatException>(() => ImageName.Parse(text));

    [Fact]
    public void Any_text_is_either_refused_or_written_back_unchanged() => Gen.String.Sample(text =>
    {
        if (ImageName.TryParse(text + Digested, out var name))
            Assert.Equal(text + Digested, name.ToString());
    });
}
