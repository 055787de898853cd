namespace Handcarry.E2e.Tests.Faults;

/// <summary>Files of pressure as the kernel writes them, which all agents of a site read: nobody can make a whole machine suffer for a test.</summary>
internal sealed class MadePressure : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-pressure-");

    public MadePressure() => Set(0);

    /// <summary>What the agents are started with: the folder, and so low a floor that a bundle is not there before anything can be seen.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["limits.pressureFolder"] = _folder.FullName, ["limits.yieldFloor"] = "1MB" };

    /// <summary>From now on others wait for disks so much of the time, in percent.</summary>
    public void Set(int io)
    {
        foreach (var (name, percent) in new[] { ("io", io), ("cpu", 0), ("memory", 0) })
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path + ".new", $"some avg10={percent}.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
