using System.Globalization;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>Looks which bundles there are, by the first block of a device and by the names in its top folder.</summary>
internal sealed class VolumeLook(VolumeOptions options, string sysRoot, string procRoot)
{
    /// <summary>See <see cref="IVolumeReader.LookAsync(BlockDeviceFacts, CancellationToken)"/>.</summary>
    public VolumeContents At(BlockDeviceFacts device, CancellationToken ct)
    {
        ReceiptWish? wish = null;
        return Collect(findings => Bundles(device, findings, asked => wish = asked, ct)) with { Wish = wish };
    }

    private List<FoundBundle> Bundles(BlockDeviceFacts device, List<VolumeFinding> findings, Action<ReceiptWish> asks, CancellationToken ct)
    {
        using var opened = InsertedDevice.Open(device);
        if (IsRaw(opened.Handle, device.Node))
            return [Raw(device)];
        if (device.FileSystem is not { } type)
            return [];
        if (!options.FileSystems.Contains(type, StringComparer.Ordinal))
            throw new ContentException(VolumeReasons.FileSystemNotAllowed, $"{device.Node} has the file system {type}, which the setting media.filesystems does not allow. Add it there, or write the bundle raw with `handcarry write`.");
        using var volume = Volume.Mount(opened, type, options.MountFolder, device.Node);
        if (device.Label == ReceiptRequest.Label)
            asks(ReceiptLook.At(volume));
        return InTopFolder(device, volume, findings, ct);
    }

    /// <summary>See <see cref="IVolumeReader.LookAsync(string, CancellationToken)"/>.</summary>
    public VolumeContents At(string path, CancellationToken ct)
    {
        if (File.Exists(path) && FileStatus.Of(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path) is { IsBlockDevice: true })
        {
            var found = new BlockDevices(sysRoot, procRoot).Find(path);
            return At(new BlockDeviceFacts { Node = found.Path, Major = found.Major, Minor = found.Minor, Size = found.Size, DiskSequence = found.Sequence }, ct);
        }
        return Collect(_ =>
        {
            var numbered = PartNames.Find([path]);
            List<FoundPart> parts = [.. numbered.Select((file, i) => new FoundPart(PartNames.IsPart(numbered[0]) ? i + 1 : 0, Path.GetFullPath(file), new FileInfo(file).Length))];
            // A file that was taken away and put back unchanged is another insertion: the time of change tells, that of modification does not.
            var changed = numbered.Max(file => FileStatus.Of(file)?.Changed.Ticks ?? 0);
            return [Found(null, PartNames.BundleOf(parts[0].Name), parts, $"file-{parts[0].Name}", changed)];
        });
    }

    private static VolumeContents Collect(Func<List<VolumeFinding>, List<FoundBundle>> look)
    {
        var findings = new List<VolumeFinding>();
        try
        {
            return new VolumeContents(look(findings), findings);
        }
        catch (ContentException e)
        {
            return new VolumeContents([], [.. findings, new VolumeFinding(e.Reason, e.Message)]);
        }
    }

    private List<FoundBundle> InTopFolder(BlockDeviceFacts device, Volume volume, List<VolumeFinding> findings, CancellationToken ct)
    {
        var parts = new Dictionary<BundleFileName, (FoundPart Part, long Changed)>();
        foreach (var name in Names(device, volume, findings, ct))
        {
            ct.ThrowIfCancellationRequested();
            if (Look(device, volume, name, findings) is { } part)
                parts[name] = part;
        }
        var bundles = parts.Keys.GroupBy(name => (name.Bundle, InParts: name.Part > 0)).OrderBy(group => group.Key.Bundle, StringComparer.Ordinal).ThenBy(group => group.Key.InParts).ToList();
        if (bundles.Count > options.Bundles)
            findings.Add(new VolumeFinding(Reasons.LimitExceeded, $"{device.Node} has {bundles.Count} bundles; the first {options.Bundles} by name are looked at. Take the others off it."));
        return
        [
            .. bundles.Take(options.Bundles).Select(group => Found(
                device, group.Key.Bundle, [.. group.OrderBy(name => name.Part).Select(name => parts[name].Part)], IdOf(device), group.Max(name => parts[name].Changed))),
        ];
    }

    private List<BundleFileName> Names(BlockDeviceFacts device, Volume volume, List<VolumeFinding> findings, CancellationToken ct)
    {
        try
        {
            var names = TopFolder.List(volume.Top, options.Entries, out var more, ct);
            if (more)
                findings.Add(new VolumeFinding(Reasons.LimitExceeded, $"The top folder of {device.Node} has more than {options.Entries} names; the rest is not looked at. Put the bundle on a medium of its own."));
            return names;
        }
        catch (IOException e)
        {
            throw new ContentException(VolumeReasons.MountFailed, $"The top folder of {device.Node} cannot be listed: {e.Message}. The medium is damaged: make another.", e);
        }
    }

    private (FoundPart Part, long Changed)? Look(BlockDeviceFacts device, Volume volume, BundleFileName name, List<VolumeFinding> findings)
    {
        var file = name.ToString();
        switch (FileStatus.Of(volume.Top, file))
        {
            case null:
                findings.Add(new VolumeFinding(Reasons.ReadFailed, $"{file} on {device.Node} is named in its folder and cannot be found. The file system is damaged: write the bundle again."));
                return null;
            case { IsRegularFile: false } other:
                findings.Add(new VolumeFinding(VolumeReasons.NotAFile, volume.NotAFile(file, other.Type).Message));
                return null;
            case { Size: var size } when size == 0 || size > (ulong)options.FileSize:
                findings.Add(new VolumeFinding(Reasons.LimitExceeded, $"{file} on {device.Node} has {size} bytes, which no bundle has: the copy failed, or it was made to mislead. Write the bundle again."));
                return null;
            case { } status:
                return (new FoundPart(name.Part, file, (long)status.Size), status.Changed.Ticks);
        }
    }

    private static FoundBundle Raw(BlockDeviceFacts device) => new()
    {
        Device = device,
        Id = $"{IdOf(device)}-raw",
        Name = $"{device.Node} ({MediumProbe.Amount(device.Size)})",
        Parts = [new FoundPart(0, "", device.Size)],
    };

    private static FoundBundle Found(BlockDeviceFacts? device, string file, List<FoundPart> parts, string place, long changed)
    {
        var size = parts.Sum(part => part.Length);
        var pieces = parts[0].Number == 0 ? "" : $" in {parts.Count} {(parts.Count == 1 ? "part" : "parts")}";
        return new FoundBundle
        {
            Device = device,
            File = file,
            Id = string.Create(CultureInfo.InvariantCulture, $"{place}-{Path.GetFileName(parts[0].Name)}-{parts.Count}-{size}-{changed:x}"),
            Name = $"{(device is null ? "" : $"{device.Node}, ")}{file}{pieces} ({MediumProbe.Amount(size)})",
            Parts = parts,
        };
    }

    private static string IdOf(BlockDeviceFacts device) => string.Create(CultureInfo.InvariantCulture, $"block-{device.Major}:{device.Minor}-{device.DiskSequence}-{device.Size}");

    private static bool IsRaw(SafeFileHandle device, string name)
    {
        Span<byte> block = stackalloc byte[512];
        try
        {
            return RandomAccess.Read(device, block, 0) == block.Length && BundleReader.IsStart(block);
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.ReadFailed, $"The first bytes of {name} cannot be read: {e.Message.TrimEnd('.')}. Try another port or medium.", e);
        }
    }
}
