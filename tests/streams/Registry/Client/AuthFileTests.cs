using System.Text;
using System.Text.Json;
using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class AuthFileTests
{
    [Theory]
    [InlineData("r.example.com", "a/b/c", "r.example.com/a/b")]
    [InlineData("r.example.com", "a/b", "r.example.com/a/b")]
    [InlineData("r.example.com", "a/bc", "r.example.com/a")]
    [InlineData("r.example.com", "x", "r.example.com")]
    [InlineData("r.example.com:5000", "x", null)]
    [InlineData("docker.io", "library/busybox", "https://index.docker.io/v1/")]
    [InlineData("old.example.com", "a", "http://old.example.com/v2/")]
    [InlineData("example.com", "a", null)]
    public void The_entry_of_the_longest_path_counts(string registry, string repository, string? key)
    {
        var auth = Parse(
            """
            {"auths": {
              "r.example.com": {"auth": "dTpw"},
              "r.example.com/a": {"auth": "dTpw"},
              "r.example.com/a/b": {"auth": "dTpw", "email": "x@example.com"},
              "https://index.docker.io/v1/": {"auth": "dTpw"},
              "http://old.example.com/v2/": {"auth": "dTpw"}}}
            """);
        Assert.Equal(key, auth.Find(registry, repository)?.Key);
    }

    [Fact]
    public void The_password_is_what_follows_the_first_colon()
    {
        var found = Parse(Entry($"\"auth\": \"{Base64("u:p:q")}\"")).Find("r", "a")!;
        Assert.Equal(("u", "p:q", null), (found.UserName, found.Password, found.IdentityToken));
        Assert.DoesNotContain("p:q", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_token_needs_no_password()
    {
        Assert.Equal("t", Parse("""{"auths": {"r": {"identitytoken": "t"}}}""").Find("r", "a")!.IdentityToken);
        Assert.Equal("t", Parse(Entry($"\"auth\": \"{Base64("<token>:")}\", \"identitytoken\": \"t\"")).Find("r", "a")!.IdentityToken);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"auths": null}""")]
    [InlineData("""{"auths": {"r": {}}}""")]
    [InlineData("""{"auths": {"r": {"auth": ""}}}""")]
    public void Without_a_secret_nothing_is_found(string json) => Assert.Null(Parse(json).Find("r", "a"));

    [Theory]
    [InlineData("""[]""", "object")]
    [InlineData("""{"auths": []}""", "\"auths\"")]
    [InlineData("""{"auths": {"r.example.com": "x"}}""", "r.example.com")]
    [InlineData("""{"auths": {"r.example.com": {"auth": 1}}}""", "r.example.com")]
    [InlineData("""{"auths": {"r.example.com": {"auth": "!"}}}""", "r.example.com")]
    [InlineData("""{"auths": {"r.example.com": {"auth": "dXA="}}}""", "r.example.com")]
    [InlineData("""{"auths": {}, "auths": {}}""", "JSON")]
    [InlineData("""{"auths": {"r": {"auth": "c2VjcmV0" c2VjcmV0""", "JSON")]
    public void A_broken_file_is_refused_with_the_place_and_without_the_secret(string json, string named)
    {
        var e = Assert.Throws<ContentException>(() => Parse(json));
        Assert.Equal(Reasons.InvalidAuthFile, e.Reason);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"credHelpers": {"r": "ecr-login"}}""")]
    [InlineData("""{"auths": {"r": {}}, "credsStore": "desktop"}""")]
    public void A_credential_helper_is_an_error_only_where_it_is_needed(string json)
    {
        var auth = Parse(json);
        Assert.Null(auth.Find("other", "a"));
        var e = Assert.Throws<ContentException>(() => auth.Find("r", "a"));
        Assert.Equal(Reasons.InvalidAuthFile, e.Reason);
        Assert.Contains("credential helpers are not supported", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        using var folder = new TempFolder();
        var e = Assert.Throws<ContentException>(() => AuthFile.Load(folder.Sub("auth.json")));
        Assert.Equal(Reasons.InvalidAuthFile, e.Reason);
        Assert.Contains(folder.Sub("auth.json"), e.Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Sub("auth.json"), """{"auths": {"r": {"auth": "dTpw"}}}""");
        Assert.Equal("u", AuthFile.Load(folder.Sub("auth.json")).Find("r", "a")!.UserName);
    }

    [Fact]
    public void Any_user_and_password_come_back_as_they_were() => Gen.Select(Gen.String.AlphaNumeric, Gen.String[Gen.Char['!', '~'], 0, 30]).Sample((user, password) =>
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { auths = new { r = new { auth = Base64($"{user}:{password}") } } });
        var found = AuthFile.Parse(json).Find("r", "a")!;
        Assert.Equal((user, password), (found.UserName, found.Password));
    });

    [Fact]
    public void Any_bytes_are_read_or_refused_with_a_reason() =>
        Gen.OneOf(Gen.Byte.Array, Gen.String[Gen.Char["{}[]\":, authscredHlpn1"], 0, 40].Select(Encoding.UTF8.GetBytes)).Sample(static bytes =>
        {
            try
            {
                AuthFile.Parse(bytes).Find("r", "a");
            }
            catch (ContentException e)
            {
                Assert.Equal(Reasons.InvalidAuthFile, e.Reason);
            }
        });

    private static AuthFile Parse(string json) => AuthFile.Parse(Encoding.UTF8.GetBytes(json));

    private static string Entry(string members) => """{"auths": {"r": {""" + members + "}}}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
