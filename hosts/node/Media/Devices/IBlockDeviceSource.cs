namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>Tells of the block devices of this machine.</summary>
internal interface IBlockDeviceSource
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>
    /// All that are there, then what changes, until cancelled. Throws when the source cannot be listened to (any more); whoever watches again gets
    /// all that are there first, and so misses nothing.
    /// </summary>
    IAsyncEnumerable<BlockDeviceEvent> WatchAsync(CancellationToken cancellationToken);
}
