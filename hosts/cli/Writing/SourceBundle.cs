using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Writing;

/// <summary>A bundle that is going to be written, open for reading.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Stream">The whole of it; can seek, and stands at its start.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Metadata">What it says of itself.</param>
internal sealed record SourceBundle(string Path, Stream Stream, long Length, BundleMetadata Metadata) : IAsyncDisposable
{
    /// <summary>Opens a file and makes sure that it is a bundle, and all of one: every entry of the inventory is where it should be. Contents are not hashed.</summary>
    /// <exception cref="CliException"><see cref="ExitCode.Usage"/>: there is no such file; <see cref="ExitCode.Invalid"/>: it is no bundle, or a part of one.</exception>
    public static async Task<SourceBundle> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var stream = Open(path);
        try
        {
            var reader = await BundleReader.OpenAsync(stream, new BundleLimits(), cancellationToken);
            await reader.ReadInventoryAsync(cancellationToken);
            while (await reader.NextAsync(cancellationToken) is not null)
            {
            }
            stream.Position = 0;
            return new SourceBundle(path, stream, stream.Length, reader.Metadata);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is ContentException wrong)
                throw new CliException(ExitCode.Invalid, $"{wrong.Reason}: {path} is not written. {wrong.Message}", wrong);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"The bundle cannot be opened: {e.Message}", e);
        }
    }
}
