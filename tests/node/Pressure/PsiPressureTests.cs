using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Pressure;

namespace Handcarry.Hosts.Node.Tests.Pressure;

public sealed class PsiPressureTests : IDisposable
{
    private readonly PsiFolder _node = new();
    private readonly PsiFolder _own = new(".pressure");
    private readonly List<string> _said = [];

    public void Dispose()
    {
        _node.Dispose();
        _own.Dispose();
    }

    [Fact]
    public async Task What_the_agent_itself_waits_for_is_nobody_elses_trouble()
    {
        var pressure = new PsiPressure(_node.Path, _own.Path, null, _said.Add);
        _node.Set(new PressureFacts(34, 30, 3));
        _own.Set(new PressureFacts(42, 10, 0));
        Assert.Equal(new PressureFacts(0, 20, 3), await pressure.ReadAsync(default));
    }

    [Fact]
    public async Task That_a_kernel_does_not_tell_is_said_once_with_what_to_do()
    {
        var pressure = new PsiPressure(_node.Path, null, null, _said.Add);
        _node.Set(null);
        await pressure.ReadAsync(default);
        await pressure.ReadAsync(default);
        Assert.Contains(_node.Path, Assert.Single(_said), StringComparison.Ordinal);
        Assert.Contains("psi=1", _said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("some avg10=9.56 avg60=17.57 avg300=29.69 total=17877941036\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", 9.56)]
    [InlineData("some avg10=100.00 avg60=", 100.0)]
    [InlineData("some avg10=101.00 avg60=", null)]
    [InlineData("some avg10=-1.00 avg60=", null)]
    [InlineData("some avg10=NaN avg60=", null)]
    [InlineData("some avg10=5.00", null)]
    [InlineData("full avg10=5.00 avg60=", null)]
    [InlineData("", null)]
    public void Only_the_kernels_own_format_is_believed(string text, double? percent) => Assert.Equal(percent, PsiFile.Some(text));

    [SkippableFact]
    public async Task The_kernel_of_this_machine_is_understood()
    {
        Skip.IfNot(File.Exists("/proc/pressure/io"), "this kernel has no PSI");
        var facts = await new PsiPressure("/proc/pressure", PsiPressure.OwnFolder, null, _said.Add).ReadAsync(default);
        Assert.Empty(_said);
        Assert.NotNull(facts);
        Assert.All([facts.Io, facts.Cpu, facts.Memory], percent => Assert.InRange(percent, 0, 100));
    }

    [Fact]
    public void The_own_control_group_is_found_where_the_kernel_says_and_the_root_of_all_is_none()
    {
        using var folder = new TestFolder();
        var self = Directory.CreateDirectory(Path.Combine(folder.Root, "self")).FullName;
        Directory.CreateDirectory(Path.Combine(self, "ns"));
        var group = Directory.CreateDirectory(Path.Combine(folder.Root, "unified/system.slice/handcarry-agent.service")).FullName;
        File.WriteAllText(Path.Combine(group, "io.pressure"), "");
        File.WriteAllText(Path.Combine(folder.Root, "unified/io.pressure"), "");
        string[] hierarchies = [Path.Combine(folder.Root, "cgroup"), Path.Combine(folder.Root, "unified")];
        string? Of(string line, string? space)
        {
            File.WriteAllText(Path.Combine(self, "cgroup"), "9:name=systemd:/\n" + line + "\n");
            File.Delete(Path.Combine(self, "ns/cgroup"));
            if (space is not null)
                File.CreateSymbolicLink(Path.Combine(self, "ns/cgroup"), space);
            return OwnCgroup.Find(self, hierarchies);
        }

        Assert.Equal(group, Of("0::/system.slice/handcarry-agent.service", "cgroup:[4026531835]"));
        Assert.Null(Of("0::/", "cgroup:[4026531835]"));
        Assert.Null(Of("0::/", null));
        // In a namespace of its own, as a container has it, the root is the container's.
        Assert.Equal(hierarchies[1] + "/", Of("0::/", "cgroup:[4026532000]"));
        Assert.Null(Of("4:memory:/x", "cgroup:[4026531835]"));
    }
}
