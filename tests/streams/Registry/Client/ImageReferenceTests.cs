using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class ImageReferenceTests
{
    private const string Digested = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("quay.io/a/b", "quay.io", "a/b", null, null)]
    [InlineData("quay.io/a/b:4.18.1-x86_64", "quay.io", "a/b", "4.18.1-x86_64", null)]
    [InlineData("quay.io/a/b@" + Digested, "quay.io", "a/b", null, Digested)]
    [InlineData("quay.io/a/b:t@" + Digested, "quay.io", "a/b", "t", Digested)]
    [InlineData("localhost/a", "localhost", "a", null, null)]
    [InlineData("localhost:5000/a:1", "localhost:5000", "a", "1", null)]
    [InlineData("[fd00::1]:5000/a/b", "[fd00::1]:5000", "a/b", null, null)]
    [InlineData("Registry/a", "Registry", "a", null, null)]
    [InlineData("busybox", "docker.io", "library/busybox", null, null)]
    [InlineData("busybox:1.36", "docker.io", "library/busybox", "1.36", null)]
    [InlineData("rook/ceph", "docker.io", "rook/ceph", null, null)]
    [InlineData("index.docker.io/busybox", "docker.io", "library/busybox", null, null)]
    [InlineData("host:5000", "docker.io", "library/host", "5000", null)]
    public void A_reference_is_taken_apart_as_everywhere(string text, string registry, string repository, string? tag, string? digest)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal((registry, repository, tag, digest), (reference.Registry, reference.Repository, reference.Tag, reference.Digest?.ToString()));
    }

    [Theory]
    [InlineData("quay.io/a/b", "latest")]
    [InlineData("quay.io/a/b:t", "t")]
    [InlineData("quay.io/a/b:t@" + Digested, Digested)]
    public void The_digest_counts_then_the_tag_then_latest(string text, string wanted) => Assert.Equal(wanted, ImageReference.Parse(text).Wanted);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("quay.io/")]
    [InlineData("quay.io/A")]
    [InlineData("quay.io/a b")]
    [InlineData("quay.io/a:")]
    [InlineData("quay.io/a:-t")]
    [InlineData("quay.io/a@")]
    [InlineData("quay.io/a@sha512:00")]
    [InlineData("quay.io/a@" + Digested + "0")]
    [InlineData("quay.io/a@" + Digested + "@" + Digested)]
    [InlineData("quay.io//a")]
    [InlineData("quay.io/../a")]
    [InlineData("https://quay.io/a")]
    [InlineData("-quay.io/a")]
    [InlineData("quay.io/a\n")]
    [InlineData("quay.io/a?b")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void What_is_no_reference_is_refused(string? text) => Assert.False(ImageReference.TryParse(text, out _));

    [Fact]
    public void The_error_repeats_the_text()
    {
        var e = Assert.Throws<ContentException>(() => ImageReference.Parse("Quay.io/B"));
        Assert.Equal(Reasons.InvalidReference, e.Reason);
        Assert.Contains("\"Quay.io/B\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_longer_than_255_characters_are_refused()
    {
        Assert.True(ImageReference.TryParse("quay.io/" + new string('a', 247), out _));
        Assert.False(ImageReference.TryParse("quay.io/" + new string('a', 248), out _));
    }

    [Fact]
    public void Any_text_is_refused_or_means_the_same_when_written_out() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["aZ0.:/@-_[]"], 0, 40]).Sample(static text =>
    {
        if (ImageReference.TryParse(text, out var reference))
            Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
    });

    [Fact]
    public void Whatever_is_well_formed_is_written_back_unchanged()
    {
        var host = Gen.OneOf(Gen.Const("quay.io"), Gen.Const("localhost:5000"), Gen.Const("r.example.com:443"), Gen.Const("[::1]:5000"));
        var path = Gen.OneOf(Gen.Const("a"), Gen.Const("a-b"), Gen.Const("a__b"), Gen.Const("a.b"), Gen.Const("0")).Array[1, 4].Select(static parts => string.Join('/', parts));
        var tag = Gen.OneOf(Gen.Const(""), Gen.Const(":t"), Gen.Const(":4.18.1-x86_64"), Gen.Const(":_"));
        var digest = Gen.OneOf("", "@" + Digested);
        Gen.Select(host, path, tag, digest).Sample(static (host, path, tag, digest) =>
            Assert.Equal($"{host}/{path}{tag}{digest}", ImageReference.Parse($"{host}/{path}{tag}{digest}").ToString()));
    }

    [Fact]
    public void It_turns_into_a_name_by_digest_and_back()
    {
        var name = ImageName.Parse("quay.io/a/b@" + Digested);
        Assert.Equal(name, ImageReference.Of(name).ToImageName());
        Assert.Null(ImageReference.Parse("quay.io/a/b").ToImageName());
        Assert.Equal("quay.io/a/b:u", ImageReference.Of(name).WithTag("u").ToString());
        Assert.Equal("quay.io/a/b@" + Digested, ImageReference.Parse("quay.io/a/b:t").WithDigest(Digest.Parse(Digested)).ToString());
    }
}
