using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class LayerTreeTests
{
    [Fact]
    public void Parents_that_the_tar_leaves_out_belong_to_root_until_it_says_otherwise()
    {
        var tree = Tree(File("a/b/c"), Folder("a", 0x1C0, owner: 5));
        Assert.Equal((0x1C0u, 5u), (tree.Nodes["a"].Mode, tree.Nodes["a"].Owner));
        Assert.Equal((0x1EDu, 0u), (tree.Nodes["a/b"].Mode, tree.Nodes["a/b"].Owner));
    }

    [Fact]
    public void Names_are_cleaned_as_they_are_when_unpacked() =>
        Assert.Equal(["a", "a/b", "c", "d"], Tree(Folder("./a/"), File("/a//b"), File("a/../c"), File("/../d")).Nodes.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void A_slash_describes_the_layers_own_folder_and_a_dot_does_not()
    {
        Assert.Equal(0x16Du, Tree(Folder("./", 0x1C0)).Top.Mode);
        Assert.False(Tree(Folder("./", 0x1C0)).TopIsSaid);
        Assert.Equal(0x1C0u, Tree(Folder("/", 0x1C0)).Top.Mode);
    }

    [Fact]
    public void Removed_names_are_devices_and_hidden_folders_have_the_attribute()
    {
        var tree = Tree(File("a/.wh.b"), File("c/.wh..wh..opq"), File(".wh..wh..opq"));
        Assert.Equal((FileStatus.CharacterDevice, 0u), (tree.Nodes["a/b"].Type, tree.Nodes["a/b"].Mode));
        Assert.Equal("y", tree.Nodes["c"].Attributes!["trusted.overlay.opaque"]);
        Assert.Equal("y", tree.Top.Attributes!["trusted.overlay.opaque"]);
        Assert.Equal(["a", "a/b", "c"], tree.Nodes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_name_that_is_removed_and_then_made_again_is_what_was_made() =>
        Assert.Equal(FileStatus.Folder, Tree(File(".wh.a"), Folder("a")).Nodes["a"].Type);

    [Fact]
    public void The_names_of_one_file_share_what_the_last_of_them_says()
    {
        var tree = Tree(File("a"), HardLink("b", "a", mode: 0x9ED, owner: 4));
        Assert.Same(tree.Nodes["a"], tree.Nodes["b"]);
        Assert.Equal((0x9EDu, 4u), (tree.Nodes["a"].Mode, tree.Nodes["a"].Owner));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData(".wh.")]
    [InlineData(".wh...")]
    public void A_name_that_leads_out_of_the_layer_or_is_none_is_refused(string name) => Assert.Throws<LayerFormatException>(() => Tree(File(name)));

    [Fact]
    public void What_unpacking_would_refuse_or_overwrite_is_refused()
    {
        Assert.Throws<LayerFormatException>(() => Tree(File("a"), File("./a")));
        Assert.Throws<LayerFormatException>(() => Tree(File("a"), File(".wh.a")));
        Assert.Throws<LayerFormatException>(() => Tree(File("a"), File("a/b")));
        Assert.Throws<LayerFormatException>(() => Tree(File("a/b"), File("a")));
        Assert.Throws<LayerFormatException>(() => Tree(HardLink("b", "a")));
        Assert.Throws<LayerFormatException>(() => Tree(Folder("a"), HardLink("b", "a")));
    }

    private static LayerTree Tree(params TarEntry[] entries)
    {
        var tree = new LayerTree(100);
        foreach (var entry in entries)
            tree.Add(entry);
        return tree;
    }

    private static TarEntry File(string name) => new() { Name = name, Type = TarEntry.Regular, Mode = 0x1A4 };

    private static TarEntry Folder(string name, uint mode = 0x1ED, uint owner = 0) => new() { Name = name, Type = TarEntry.Folder, Mode = mode, Owner = owner };

    private static TarEntry HardLink(string name, string link, uint mode = 0x1A4, uint owner = 0) => new() { Name = name, Type = TarEntry.HardLink, Link = link, Mode = mode, Owner = owner };
}
