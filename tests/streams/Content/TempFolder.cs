namespace Handcarry.Streams.Tests.Content;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("handcarry-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What a power cut at this moment would leave, as far as a copy can tell.</summary>
    public string CopyOf(string name, string copy)
    {
        foreach (var file in Directory.EnumerateFiles(Sub(name), "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Sub(copy), System.IO.Path.GetRelativePath(Sub(name), file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return Sub(copy);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
