using System.CommandLine;
using Handcarry.Cli.Commands;
using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Cli.Tests.Completion;

public sealed class DeviceCompletionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("write bundle.tar ", "/dev/sdb")]
    [InlineData("write bundle.tar /dev/s", "/dev/sdb")]
    [InlineData("write ", "")]
    public void Sticks_are_offered_where_a_device_is_wanted_and_other_disks_never(string line, string expected)
    {
        Disk("sda", 8, 0, removable: false);
        Disk("sdb", 8, 16, removable: true);
        Directory.CreateDirectory(_folder["proc/self"]);
        File.WriteAllText(_folder["proc/self/mountinfo"], "");
        var surroundings = new Surroundings(TextWriter.Null, TextWriter.Null, false, new Dictionary<string, string>(), TimeProvider.System);
        var root = new RootCommand { new WriteCommand(surroundings, new BlockDevices(_folder["sys"], _folder["proc"])).Command };
        Assert.Equal(expected, string.Join(' ', root.Parse(line).GetCompletions(line.Length).Select(item => item.Label).Where(label => label.StartsWith("/dev", StringComparison.Ordinal))));
    }

    private void Disk(string name, int major, int minor, bool removable)
    {
        var folder = Directory.CreateDirectory(_folder[$"sys/class/block/{name}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "dev"), $"{major}:{minor}\n");
        File.WriteAllText(Path.Combine(folder, "size"), "2048\n");
        File.WriteAllText(Path.Combine(folder, "removable"), removable ? "1\n" : "0\n");
    }
}
