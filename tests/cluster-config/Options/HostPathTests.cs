using Handcarry.ClusterConfig.Options;

namespace Handcarry.ClusterConfig.Tests.Options;

public sealed class HostPathTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Root => _folder["host"];

    public HostPathTests() => Directory.CreateDirectory(Root + "/var/lib");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/", "")]
    [InlineData("/var/lib/new/file", "/var/lib/new/file")]
    [InlineData("//var/./lib/", "/var/lib")]
    [InlineData("/../../etc", "/etc")]
    public void A_path_of_the_host_lies_below_the_root(string path, string expected) => Assert.Equal(Root + expected, HostPath.Below(Root, path));

    [Fact]
    public void With_the_root_itself_a_path_stays_as_it_is() => Assert.Equal("/nowhere/at all", HostPath.Below("/", "/nowhere/at all"));

    [Theory]
    [InlineData("/var/lib", "/var/lib/x")]
    [InlineData("lib", "/var/lib/x")]
    [InlineData("../../../../etc", "/etc/x")]
    [InlineData("/", "/x")]
    public void A_link_is_followed_as_the_host_would_and_never_out_of_the_root(string target, string expected)
    {
        File.CreateSymbolicLink(Root + "/var/link", target);
        Assert.Equal(Root + expected, HostPath.Below(Root, "/var/link/x"));
    }

    [Fact]
    public void A_loop_of_links_is_an_error_that_names_the_path()
    {
        File.CreateSymbolicLink(Root + "/a", "/b");
        File.CreateSymbolicLink(Root + "/b", "/a");
        Assert.Contains("/a/x below", Assert.Throws<IOException>(() => HostPath.Below(Root, "/a/x")).Message, StringComparison.Ordinal);
    }
}
