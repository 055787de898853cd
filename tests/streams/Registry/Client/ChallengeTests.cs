using CsCheck;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class ChallengeTests
{
    [Theory]
    [InlineData("""Bearer realm="https://a.example.com/token",service="s",scope="repository:a/b:pull" """, "https://a.example.com/token", "s", "repository:a/b:pull")]
    [InlineData("""bearer Realm = "https://a.example.com/token" , SERVICE=s""", "https://a.example.com/token", "s", null)]
    [InlineData("""Basic realm="r, s", Bearer realm="https://a.example.com/t",service="a \"b\", c" """, "https://a.example.com/t", "a \"b\", c", null)]
    [InlineData("""Bearer realm="https://a.example.com/t",scope="repository:a/b:pull,push", Basic realm="x" """, "https://a.example.com/t", null, "repository:a/b:pull,push")]
    [InlineData("""Basic realm="r" """, null, null, null)]
    [InlineData("""Basic""", null, null, null)]
    [InlineData("""Negotiate, Basic realm=r""", null, null, null)]
    public void The_strongest_known_challenge_is_chosen(string header, string? realm, string? service, string? scope) =>
        Assert.Equal(new Challenge(realm is null ? null : new Uri(realm), service, scope), Of(header));

    [Theory]
    [InlineData("Negotiate")]
    [InlineData("Bearer")]
    [InlineData("""Bearer service="s" """)]
    [InlineData("""Bearer realm="file:///etc/passwd" """)]
    [InlineData("""Bearer realm="relative" """)]
    [InlineData("""Bearer realm="https://a" x """)]
    public void What_cannot_be_answered_is_no_challenge(string header) => Assert.Null(Of(header));

    [Fact]
    public void Any_parameters_are_read_back_through_quotes()
    {
        var name = Gen.String[Gen.Char["abcxyz"], 1, 8];
        var value = Gen.String[Gen.Char[" !\"\\,=azAZ09:/?&"], 0, 20];
        Gen.Select(name, value).Array[1, 5].Where(static all => all.Select(static pair => pair.Item1).Distinct().Count() == all.Length).Sample(static all =>
        {
            var text = string.Join(", ", all.Select(static pair => $"{pair.Item1}=\"{pair.Item2.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
            Assert.True(Challenge.TryReadParameters(text, out var read));
            Assert.Equal(all.ToDictionary(static pair => pair.Item1, static pair => pair.Item2), read);
        });
    }

    [Fact]
    public void Any_text_is_read_or_refused() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["ab=\",\\ "], 0, 20]).Sample(static text =>
    {
        if (Challenge.TryReadParameters(text, out var read))
            Assert.NotEmpty(read);
    });

    private static Challenge? Of(string header)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return Challenge.Choose(response.Headers.WwwAuthenticate);
    }
}
