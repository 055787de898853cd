using Handcarry.Streams.Content;

namespace Handcarry.Cli.Creation;

/// <summary>A sealed store in the scratch folder, until the bundle has it.</summary>
internal sealed record StoreFile(string Path, Descriptor Descriptor) : IAsyncDisposable
{
    public Stream OpenRead() => File.OpenRead(Path);

    public ValueTask DisposeAsync()
    {
        File.Delete(Path);
        return ValueTask.CompletedTask;
    }
}
