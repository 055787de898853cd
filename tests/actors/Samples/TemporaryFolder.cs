namespace Handcarry.Actors.Tests.Samples;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("handcarry-actors-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
