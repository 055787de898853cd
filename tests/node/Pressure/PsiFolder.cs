using System.Globalization;
using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Tests.Pressure;

/// <summary>A folder of pressure files in the kernel's format.</summary>
internal sealed class PsiFolder : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _ending;

    public PsiFolder(string ending = "")
    {
        _ending = ending;
        Set(PressureFacts.None);
    }

    public string Path => _folder.Root;

    public void Set(PressureFacts? facts)
    {
        foreach (var (name, percent) in new[] { ("io", facts?.Io), ("cpu", facts?.Cpu), ("memory", facts?.Memory) })
        {
            var path = System.IO.Path.Combine(Path, name + _ending);
            if (percent is null)
                File.Delete(path);
            else
                File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"some avg10={percent:0.00} avg60=17.57 avg300=29.69 total=17877941036\nfull avg10=99.00 avg60=0.00 avg300=0.00 total=0\n"));
        }
    }

    public void Dispose() => _folder.Dispose();
}
