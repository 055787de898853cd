namespace Handcarry.Hosts.Node.Tests;

/// <summary>A private folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Root = Directory.CreateTempSubdirectory("handcarry-node-").FullName;

    public string Root { get; }

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public string MakeFolder(params string[] parts) => Directory.CreateDirectory(At(parts)).FullName;

    // Some tests make names that are not UTF-8, which .NET cannot delete.
    public void Dispose() => Tool.RunAsync("rm", "-rf", "--one-file-system", "--", Root).GetAwaiter().GetResult();
}
