using Handcarry.Hosts.Node.Pins;

namespace Handcarry.Hosts.Node.Tests.Pins;

public sealed class PinnedImagesKeyTests
{
    [Theory]
    [InlineData("[crio]\n[crio.image]\npinned_images = [\"a\", \"b\"]\n", "a,b")]
    [InlineData("[crio.image]\npinned_images=['a',\n  # not \"this\"\n  \"b\", # nor this\n]\npause_image = \"c\"\n", "a,b")]
    [InlineData("[ crio . \"image\" ]\r\n  pinned_images = [ ]\r\n", "")]
    [InlineData("[crio]\nimage.pinned_images = [\"a\"]", "a")]
    [InlineData("[crio.image]\npinned_images = [\"a\"]\n[crio.runtime]\npinned_images = [\"b\"]\n", "a")]
    public void The_list_is_found_however_it_is_written(string toml, string expected) =>
        Assert.Equal(expected, string.Join(',', PinnedImagesKey.Read(toml) ?? ["nothing"]));

    [Theory]
    [InlineData("")]
    [InlineData("pinned_images = [\"a\"]\n")]
    [InlineData("[crio.image]\n# pinned_images = [\"a\"]\n")]
    [InlineData("[crio.runtime]\npinned_images = [\"a\"]\n")]
    [InlineData("[[crio.image]]\npinned_images = [\"a\"]\n")]
    public void What_is_not_in_its_table_is_not_the_list(string toml) => Assert.Null(PinnedImagesKey.Read(toml));

    [Theory]
    [InlineData("[crio.image]\npinned_images = [\"a\"\n")]
    [InlineData("[crio.image]\npinned_images = \"a\"\n")]
    [InlineData("[crio.image]\npinned_images = [\"a]\n")]
    [InlineData("[crio.image]\npinned_images = [1]\n")]
    [InlineData("[crio.image\npinned_images = [\"a\"]\n")]
    public void What_CRI_O_would_not_take_either_is_refused(string toml) => Assert.Throws<FormatException>(() => PinnedImagesKey.Read(toml));
}
