using System.CommandLine;
using System.CommandLine.Completions;
using Handcarry.Cli.Rendering;
using Handcarry.Cli.Writing;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry write</c>: a bundle onto a stick, read back and compared.</summary>
internal sealed class WriteCommand
{
    public const string Examples = """
        handcarry write upgrade-4.12.4-x86_64.tar /dev/sdb
        handcarry write --receipt upgrade-4.12.4-x86_64.tar /dev/sdb
        handcarry write --yes -o json upgrade-4.12.4-x86_64.tar /dev/disk/by-id/usb-SanDisk_Ultra_4C530001-0:0
        """;

    public const string Files = """
        /dev/sdX   the whole disk: everything on it is lost
        /dev/sdX1  a partition: the others on the disk stay, but none of them may be in use
        """;

    public WriteCommand(Surroundings surroundings, BlockDevices? devices = null, Func<DeviceFacts, IRawDevice>? open = null)
    {
        devices ??= new BlockDevices();
        var file = new Argument<FileInfo>("FILE") { Description = "The bundle; of a bundle in numbered parts, the first." };
        var device = new Argument<string>("DEVICE") { Description = "The disk or partition that it replaces, or a link to one." };
        device.CompletionSources.Add(context => context.ParseResult.GetResult(file)?.Tokens.Count > 0
            ? devices.Removable().Select(facts => new CompletionItem(facts.Path, detail: DeviceText.Of(facts)))
            : []);
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask. Needed where nobody can be asked." };
        var evenIfFixed = new Option<bool>("--even-if-fixed") { Description = "Write to a device that cannot be pulled out as well. What is in use, read-only or too small stays refused." };
        var receipt = new Option<bool>("--receipt")
        {
            Description = "Divide the stick in two: the bundle, and a small file system to which the site writes what became of it. DEVICE is a whole disk then; needs sfdisk, partx and mkfs.ext4.",
        };
        var output = OutputOption.Create();
        Command = new Command("write", "Writes a bundle raw onto a stick, reads it back, compares, and says when the stick may be pulled.") { file, device, receipt, yes, evenIfFixed, output };
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var json = parsed.GetValue(output) == OutputOption.Json;
            using var bundle = await SourceBundle.OpenAsync(parsed.GetRequiredValue(file).FullName, cancellationToken);
            var asks = parsed.GetValue(receipt);
            var target = Judge(devices, parsed.GetRequiredValue(device), bundle.Length + (asks ? DividedStick.Overhead : 0), parsed.GetValue(evenIfFixed));
            if (asks && devices.DiskOf(target) is { } disk)
                throw new CliException(ExitCode.Usage, $"{target.Path} is a part of {disk}; with --receipt the whole disk is divided anew. Name {disk}, if all that is on it may be lost.");
            if (!parsed.GetValue(yes))
                await Confirmation.AskAsync(surroundings, bundle, target, cancellationToken);
            using var stages = StageProgress.On(surroundings, json);
            var divided = asks ? await DividedStick.MakeAsync(target, bundle.Length, new SystemProcessRunner(surroundings.Clock), surroundings.Clock, cancellationToken) : null;
            var written = await StickWriting.RunAsync(bundle, divided is null ? target : devices.Find(divided.BundleNode), open ?? RawDevice.Open, stages, cancellationToken);
            if (divided is not null)
                written = written with { Receipt = new WrittenRequest(divided.ReceiptNode, (await divided.AskAsync(bundle.Metadata.Commitment, cancellationToken)).Nonce) };
            await surroundings.Out.WriteLineAsync(json ? written.Json() : written.Text());
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private static DeviceFacts Judge(BlockDevices devices, string path, long bytes, bool evenIfFixed)
    {
        var target = devices.Find(path);
        var refusals = DeviceRules.Refusals(target, bytes, evenIfFixed);
        return refusals.Count == 0
            ? target
            : throw new CliException(ExitCode.Device, string.Join('\n', refusals.Select(Line)));
    }

    private static string Line(DeviceRefusal refusal) =>
        $"{refusal.Reason}: {refusal.Sentence}" + (refusal.Reason == DeviceReasons.DeviceFixed ? " If it is the right one all the same, add --even-if-fixed." : "");
}
