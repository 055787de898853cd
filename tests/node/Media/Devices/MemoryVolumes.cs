using System.Collections.Concurrent;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>Bundles on devices, by the device's name.</summary>
internal sealed class MemoryVolumes : IVolumeReader
{
    private int _looks;

    public ConcurrentDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    /// <summary>Devices that do not answer.</summary>
    public ConcurrentDictionary<string, bool> Stuck { get; } = new(StringComparer.Ordinal);

    /// <summary>What devices ask for.</summary>
    public ConcurrentDictionary<string, ReceiptWish> Wishes { get; } = new(StringComparer.Ordinal);

    public int Looks => Volatile.Read(ref _looks);

    public async ValueTask<VolumeContents> LookAsync(BlockDeviceFacts device, CancellationToken ct)
    {
        Interlocked.Increment(ref _looks);
        if (Stuck.ContainsKey(device.Name))
            await Task.Delay(Timeout.Infinite, ct);
        if (Wishes.TryGetValue(device.Name, out var wish))
            return new VolumeContents([], []) { Wish = wish };
        return Content.TryGetValue(device.Name, out var content)
            ? new VolumeContents([Bundle(device, "a", content), Bundle(device, "b", content)], [])
            : new VolumeContents([], [new VolumeFinding(Reasons.NotABundle, $"{device.Node} holds no bundle.")]);
    }

    public ValueTask<VolumeContents> LookAsync(string path, CancellationToken ct) => throw new NotSupportedException("Only devices are looked at here.");

    public ValueTask<Stream> OpenAsync(FoundBundle bundle, CancellationToken ct) => ValueTask.FromResult<Stream>(new MemoryStream(Content[bundle.Device!.Name]));

    private static FoundBundle Bundle(BlockDeviceFacts device, string name, byte[] content) => new()
    {
        Device = device,
        Id = $"{device.Number}-{device.DiskSequence}-{name}",
        Name = $"{device.Node}, upgrade-{name}.tar",
        File = $"upgrade-{name}.tar",
        Parts = [new FoundPart(0, $"upgrade-{name}.tar", content.Length)],
    };
}
