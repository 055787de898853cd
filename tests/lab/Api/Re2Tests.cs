using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Tests.Api;

public sealed class Re2Tests
{
    [Theory]
    [InlineData("^a$", "a", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData(@"^\d+$", "12", true)]
    [InlineData(@"^\d+$", "١٢", false)]
    [InlineData(@"^\w+$", "ä", false)]
    [InlineData("^[[:xdigit:]]{4,}$", "0aF9", true)]
    [InlineData("^[[:xdigit:]]{4,}$", "0aG9", false)]
    [InlineData("^[a-z0-9-_]+$", "a-_9", true)]
    [InlineData("^(?P<name>a)b$", "ab", true)]
    [InlineData(@"^[\da-zA-Z\.\[\]]+$", "a[0].b", true)]
    [InlineData("^[]a]+$", "]a", true)]
    public void A_pattern_matches_as_in_Go(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Re2.Compile(pattern).IsMatch(text));

    [Theory]
    [InlineData("^(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData(@"(a)\1")]
    [InlineData(@"a\Z")]
    [InlineData("[a")]
    [InlineData("(a")]
    [InlineData("[[:nothing:]]")]
    public void What_Go_does_not_compile_is_refused(string pattern) =>
        Assert.Throws<FormatException>(() => Re2.Compile(pattern));
}
