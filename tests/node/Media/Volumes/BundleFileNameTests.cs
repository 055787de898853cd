using CsCheck;
using Handcarry.Hosts.Node.Media.Volumes;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

public sealed class BundleFileNameTests
{
    [Theory]
    [InlineData("upgrade-4.12.4-x86_64.tar", "upgrade-4.12.4-x86_64.tar", 0)]
    [InlineData("upgrade-4.12.4+build_7.tar.012", "upgrade-4.12.4+build_7.tar", 12)]
    [InlineData("upgrade-a.tar.tar", "upgrade-a.tar.tar", 0)]
    public void A_bundle_and_its_parts_are_known_by_their_names(string name, string bundle, int part)
    {
        Assert.True(BundleFileName.TryParse(name, out var parsed));
        Assert.Equal(new BundleFileName(bundle, part), parsed);
        Assert.Equal(name, parsed.ToString());
    }

    [Theory]
    [InlineData("upgrade-.tar")]
    [InlineData("upgrade-a.tar\n")]
    [InlineData("upgrade-a/b.tar")]
    [InlineData("upgrade-a.tar.000")]
    [InlineData("upgrade-a.tar.1")]
    [InlineData("upgrade-a.tar.0001")]
    [InlineData("upgrade-a.tar.٠٠١")]
    [InlineData("upgrade-a.TAR")]
    [InlineData("../upgrade-a.tar")]
    public void Other_names_are_none(string name) => Assert.False(BundleFileName.TryParse(name, out _));

    [Fact]
    public void Whatever_is_taken_for_a_name_is_printable_and_has_no_slash() =>
        Gen.String[Gen.Char["upgrade-.tar012\n\r\u001b/\\ é"], 1, 12].Sample(middle =>
        {
            var name = $"upgrade-{middle}.tar";
            return !BundleFileName.TryParse(name, out var parsed) || (parsed.ToString() == name && name.All(c => c is > ' ' and < (char)127 and not '/' and not '\\'));
        });
}
