namespace Handcarry.Streams.Registry.Client;

/// <summary>Where a blob that is fetched goes. Lives through any number of connections, and through the process if it can resume. For one caller at a time.</summary>
public interface IBlobTarget
{
    /// <summary>The next byte wanted: how many bytes of the blob are here already.</summary>
    long Position { get; }

    /// <summary>Appends bytes at <see cref="Position"/>. What it throws ends the fetch; it is not taken for a fault of the network.</summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>All bytes came. True when they hash to the digest; false when they do not, and <see cref="Position"/> is 0 again.</summary>
    ValueTask<bool> CompleteAsync(CancellationToken ct);
}
