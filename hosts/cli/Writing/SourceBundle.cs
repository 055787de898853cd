using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Writing;

/// <summary>A bundle that is going to be written, open for reading.</summary>
internal sealed class SourceBundle : IDisposable
{
    private readonly PartedFile _file;

    private SourceBundle(PartedFile file, BundleMetadata metadata)
    {
        _file = file;
        Metadata = metadata;
        Stream = file.OpenRead(0, file.Length);
    }

    /// <summary>Its file, or its first part.</summary>
    public string Path => _file.Paths[0];

    /// <summary>The whole of it; can seek, and stands at its start.</summary>
    public Stream Stream { get; }

    /// <summary>Bytes.</summary>
    public long Length => _file.Length;

    /// <summary>What it says of itself.</summary>
    public BundleMetadata Metadata { get; }

    /// <summary>
    /// Opens a file, or the first of numbered parts and all others, and makes sure that it is a bundle, and all of one: every entry of the inventory is
    /// where it should be. Contents are not hashed.
    /// </summary>
    /// <exception cref="CliException"><see cref="ExitCode.Usage"/>: there is no such file; <see cref="ExitCode.Invalid"/>: it is no bundle, or not all of one.</exception>
    /// <exception cref="ContentException"><see cref="Reasons.PartMissing"/>.</exception>
    public static async Task<SourceBundle> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var file = Open(path);
        try
        {
            await using var stream = file.OpenRead(0, file.Length);
            var reader = await BundleReader.OpenAsync(stream, new BundleLimits(), cancellationToken);
            await reader.ReadInventoryAsync(cancellationToken);
            while (await reader.NextAsync(cancellationToken) is not null)
            {
            }
            return new SourceBundle(file, reader.Metadata);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is ContentException wrong)
                throw new CliException(ExitCode.Invalid, $"{wrong.Reason}: {path} is not written. {wrong.Message}", wrong);
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static PartedFile Open(string path)
    {
        try
        {
            return PartedFile.Open(PartNames.Find([path]));
        }
        catch (ContentException e) when (e.Reason == Reasons.ReadFailed)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }
}
