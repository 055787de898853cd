using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

public sealed class RuntimeGraphRootTests : IDisposable
{
    private readonly TestFolder _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Without_any_file_it_is_the_folder_of_the_library() => Expect("/var/lib/containers/storage");

    [Fact]
    public void The_file_of_the_host_hides_that_of_the_distribution_and_CRI_O_beats_both_by_its_last_drop_in()
    {
        Write("usr/share/containers/storage.conf", "[storage]\ngraphroot = \"/vendor\"\n");
        Expect("/vendor");
        Write("etc/containers/storage.conf", "[storage]\n# graphroot = \"/commented\"\ndriver = \"overlay\"\n");
        Expect("/var/lib/containers/storage");
        Write("etc/containers/storage.conf", "[storage]\ngraphroot = \"/data/containers/\" # a disk of its own\n");
        Expect("/data/containers");
        Write("etc/crio/crio.conf", "[crio]\nroot = \"/first\"\n");
        Expect("/first");
        Write("etc/crio/crio.conf.d/99-last", "[crio]\nroot = \"/last\"\n");
        Write("etc/crio/crio.conf.d/10-early", "[crio]\nroot = \"/early\"\n");
        Expect("/last");
    }

    [Fact]
    public void Keys_of_other_tables_do_not_count()
    {
        Write("etc/crio/crio.conf.d/50-runtimes", "[crio.runtime]\nroot = \"/run/runc\"\n[crio]\nlog_dir = \"/var/log\"\n[crio.image]\nroot = \"/images\"\n");
        Write("etc/containers/storage.conf", "[storage.options]\ngraphroot = \"/not/this\"\n[storage]\ngraphroot = \"/this\"\n");
        Expect("/this");
    }

    private void Expect(string folder) => Assert.Equal(folder, RuntimeGraphRoot.Of(_host.Root));

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_host.At(path))!);
        File.WriteAllText(_host.At(path), text);
    }
}
