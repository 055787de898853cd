using System.Text.Json;
using CsCheck;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Content;

public sealed class DigestTests
{
    [Fact]
    public void Every_digest_is_written_and_read_back() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        var digest = Digest.Of(bytes);
        Assert.Equal(digest, Digest.Parse(digest.ToString()));
        Assert.True(Digest.TryParseHex(digest.Hex, out var fromHex));
        Assert.Equal(digest, fromHex);
        Assert.Equal(digest, JsonSerializer.Deserialize<Digest>(JsonSerializer.Serialize(digest)));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), digest.ToString());
    });

    [Fact]
    public void Any_text_is_either_refused_or_written_back_unchanged() => Gen.String.Sample(text =>
    {
        if (Digest.TryParse(text, out var digest))
            Assert.Equal(text, digest.ToString());
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../etc/shadow/....")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    [InlineData("sha256:é3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void What_is_no_digest_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.Equal(default, digest);
        if (text is not null)
            Assert.Contains(text, Assert.Throws<FormatException>(() => Digest.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"sha256:00\"")]
    [InlineData("{}")]
    public void JSON_that_is_no_digest_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Digest>(json));

    [Fact]
    public void No_digest_prints_as_nothing_and_is_only_itself()
    {
        Assert.Equal(("", "", ""), (default(Digest).ToString(), default(Digest).Hex, default(Digest).Short));
        Assert.NotEqual(default, Digest.Of([]));
        Assert.True(default(Digest) < Digest.Of([]));
    }
}
