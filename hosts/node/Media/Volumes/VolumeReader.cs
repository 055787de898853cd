using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// Looks at devices and reads them, as <see cref="IVolumeReader"/> says. Of a bundle in parts that are spread over several media it remembers what the first part
/// says, of the one seen last, so that the others can be read when they are inserted, and 4 MiB at each end of a part for what lies across it; after a start of
/// the agent the first medium is shown again.
/// </summary>
public sealed class VolumeReader : IVolumeReader
{
    private readonly VolumeOptions _options;
    private readonly BundleLimits _limits;
    private readonly TimeProvider _time;
    private readonly VolumeLook _look;
    private readonly VolumeOpening _opening;
    private volatile PartedBundle? _parted;

    /// <summary>Makes one, and takes away what a killed agent left mounted in <see cref="VolumeOptions.MountFolder"/>.</summary>
    /// <param name="options">What a device may ask.</param>
    /// <param name="limits">What a bundle may ask.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sysRoot">Where sysfs is mounted.</param>
    /// <param name="procRoot">Where procfs is mounted.</param>
    public VolumeReader(VolumeOptions options, BundleLimits limits, TimeProvider time, string sysRoot = "/sys", string procRoot = "/proc")
    {
        (_options, _limits, _time) = (options, limits, time);
        MountFolder.Prepare(options.MountFolder, procRoot);
        _look = new VolumeLook(options, sysRoot, procRoot);
        _opening = new VolumeOpening(options, sysRoot);
    }

    /// <inheritdoc/>
    public ValueTask<VolumeContents> LookAsync(BlockDeviceFacts device, CancellationToken ct) => LookAsync(device.Node, stop => _look.At(device, stop), ct);

    /// <inheritdoc/>
    public ValueTask<VolumeContents> LookAsync(string path, CancellationToken ct) => LookAsync(path, stop => _look.At(path, stop), ct);

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(FoundBundle bundle, CancellationToken ct)
    {
        if (bundle.Parts[0].Number == 0)
            return Read(await OpenAsync(bundle, static parts => [.. parts.Values], ct));
        var first = bundle.Parts[0].Number == 1 ? bundle.Parts[0] : null;
        if (first is not null)
            await RememberAsync(bundle, first, ct);
        if (_parted is { } known && known.File == bundle.File)
            return Read(await OpenAsync(bundle, (await RememberEdgesAsync(bundle, known, ct)).Pieces, ct));
        if (first is null)
            throw new ContentException(Reasons.PartMissing, $"{bundle.Name} lacks the first part, which says what the others are. Insert the medium with {PartNames.Of(bundle.File!, 1)} first.");
        return Read(await OpenAsync(bundle, Beginning(bundle, first).Pieces, ct));
    }

    // What there is, as if nothing were missing behind it.
    private static PartedBundle Beginning(FoundBundle bundle, FoundPart first) =>
        new(bundle.File!, first.Length, ((bundle.Parts[^1].Number - 1) * first.Length) + bundle.Parts[^1].Length, new Dictionary<long, ReadOnlyMemory<byte>>());

    private async ValueTask RememberAsync(FoundBundle bundle, FoundPart first, CancellationToken ct)
    {
        await using var stream = Read(await OpenAsync(bundle, Beginning(bundle, first).Pieces, ct));
        try
        {
            var reader = await BundleReader.OpenAsync(stream, _limits, ct);
            await reader.ReadInventoryAsync(ct);
            var front = await ReadAsync(stream, 0, (int)stream.Position, ct);
            var seen = new PartedBundle(bundle.File!, first.Length, reader.Length, new Dictionary<long, ReadOnlyMemory<byte>> { [0] = front });
            if (_parted is { } before && before.IsSame(seen))
                return;
            _parted = reader.Length <= first.Length * PartNames.Most ? seen : null;
        }
        catch (ContentException)
        {
            // Whoever reads the bundle finds the same.
            _parted = null;
        }
    }

    private async ValueTask<PartedBundle> RememberEdgesAsync(FoundBundle bundle, PartedBundle parted, CancellationToken ct)
    {
        var known = new Dictionary<long, ReadOnlyMemory<byte>>(parted.Known);
        await using var stream = Read(await OpenAsync(bundle, parted.Pieces, ct));
        foreach (var (start, length) in parted.Edges(bundle.Parts).Where(edge => !known.ContainsKey(edge.Start)))
        {
            try
            {
                known.Add(start, await ReadAsync(stream, start, length, ct));
            }
            catch (ContentException)
            {
                // Then what lies across that end has to come from another medium.
            }
        }
        return _parted = parted with { Known = known };
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream stream, long offset, int length, CancellationToken ct)
    {
        var bytes = new byte[length];
        stream.Position = offset;
        await stream.ReadExactlyAsync(bytes, ct);
        return bytes;
    }

    private async ValueTask<BundleBytes> OpenAsync(FoundBundle bundle, Func<IReadOnlyDictionary<int, BundlePiece>, IReadOnlyList<BundlePiece>> pieces, CancellationToken ct) =>
        await Task.Run(() => _opening.Open(bundle, pieces), ct);

    private ReadAheadStream Read(BundleBytes bytes) => new(bytes, new SpeedGauge(_time));

    // The kernel may keep a call waiting for as long as a device does; then nobody waits for the call.
    private async ValueTask<VolumeContents> LookAsync(string name, Func<CancellationToken, VolumeContents> look, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var token = stop.Token;
        try
        {
            return await Task.Run(() => look(token), token).WaitAsync(_options.LookTime, _time, ct);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            return new VolumeContents([], [new VolumeFinding(Reasons.LimitExceeded, $"{name} did not show what is on it within {_options.LookTime.TotalSeconds:0} s. It is damaged or very slow: try another port or medium.")]);
        }
    }
}
