using System.Diagnostics;
using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;

namespace Handcarry.Cli.Tests.Writing;

/// <summary><c>handcarry write --receipt</c> and <c>handcarry receipt verify</c>: what an engineer does before and after.</summary>
public sealed class ReceiptStickTests : IDisposable
{
    private const int MiB = 1 << 20;

    private static readonly Receipt Done = new()
    {
        Nonce = "0123456789abcdef",
        Cluster = "the-cluster",
        Bundle = Digest.Of("a bundle"u8).ToString(),
        Version = "4.12.4",
        ClusterVersion = "4.12.4",
        Result = "Completed",
        Ended = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Signed = DateTimeOffset.UtcNow,
        SignedBy = "node-1",
        Nodes = [new ReceiptNode("node-1", "Upgraded"), new ReceiptNode("node-2", "Loading", "NoSpace")],
    };

    private readonly TempFolder _folder = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly CertificateAuthority _site = CertificateAuthority.Create("the site", TimeSpan.FromHours(1));

    public void Dispose()
    {
        _site.Dispose();
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [SkippableFact]
    public async Task A_stick_is_divided_holds_the_bundle_and_asks_for_a_receipt_which_an_agent_can_write()
    {
        Need("sfdisk", "partx", "mkfs.ext4");
        var bundle = await MadeBundle.BytesAsync(3 * MiB);
        await File.WriteAllBytesAsync(_folder["bundle.tar"], bundle);
        using var stick = LoopStick.Insert(_folder["stick"], 32 * MiB);
        var exit = await RunAsync("write", "--receipt", "--yes", "--even-if-fixed", "-o", "json", _folder["bundle.tar"], stick.Path);
        Assert.True(exit == ExitCode.Ok, _error.ToString());
        try
        {
            using var said = JsonDocument.Parse(_out.ToString());
            var (device, nonce) = (said.RootElement.GetProperty("receipt").GetProperty("device").GetString()!, said.RootElement.GetProperty("receipt").GetProperty("nonce").GetString()!);
            Assert.Equal((stick.Path + "p1", stick.Path + "p2"), (said.RootElement.GetProperty("device").GetString(), device));
            Assert.True(stick.Content.AsSpan(MiB, bundle.Length).SequenceEqual(bundle));
            Assert.Equal(ReceiptRequest.Label, Run("blkid", "--probe", "--output", "value", "--match-tag", "LABEL", device).Trim());

            // As an agent sees it, and writes to it.
            var found = new BlockDevices().Find(device);
            var facts = new BlockDeviceFacts
            {
                Node = found.Path, Major = found.Major, Minor = found.Minor, Size = found.Size, DiskSequence = found.Sequence, FileSystem = "ext4", Label = ReceiptRequest.Label, Disk = stick.Path,
            };
            var mounts = Directory.CreateDirectory(_folder["mounts"]).FullName;
            var reader = new VolumeReader(new VolumeOptions { MountFolder = mounts }, new BundleLimits(), TimeProvider.System);
            var request = (await reader.LookAsync(facts, default)).Wish!.Request;
            Assert.Equal((nonce, said.RootElement.GetProperty("commitment").GetString()), (request.Nonce, request.Bundle));
            using var agent = _site.Issue("node-1", ["127.0.0.1"], TimeSpan.FromHours(1));
            ReceiptPartition.Write(facts, SignedReceipt.Sign(Done with { Nonce = nonce, Bundle = request.Bundle }, agent.Certificate, [_site.Certificate]), mounts);
            await File.WriteAllBytesAsync(_folder[ReceiptRequest.ReceiptFileName], (await reader.LookAsync(facts, default)).Wish!.Receipt!.Value.ToArray());
            Assert.Equal(ExitCode.Ok, await VerifyAsync(Path.GetDirectoryName(_folder[ReceiptRequest.ReceiptFileName])!, "--nonce", nonce));
        }
        finally
        {
            Run("blockdev", "--setrw", stick.Path);
            Run("partx", "--delete", stick.Path);
        }
    }

    [SkippableFact]
    public async Task A_stick_without_room_for_both_and_a_partition_are_left_alone()
    {
        Need("addpart", "delpart");
        await File.WriteAllBytesAsync(_folder["bundle.tar"], await MadeBundle.BytesAsync(MiB));
        using var stick = LoopStick.Insert(_folder["stick"], 16 * MiB);
        Assert.Equal(ExitCode.Device, await RunAsync("write", "--receipt", "--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path));
        using var large = LoopStick.Insert(_folder["large"], 64 * MiB);
        Run("addpart", large.Path, "1", "2048", $"{48 * 2048}");
        try
        {
            Assert.Equal(ExitCode.Usage, await RunAsync("write", "--receipt", "--yes", "--even-if-fixed", _folder["bundle.tar"], large.Path + "p1"));
            Assert.Contains($"Name {large.Path}", _error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Run("delpart", large.Path, "1");
        }

        Assert.False(stick.Content.AsSpan().ContainsAnyExcept((byte)'z'));
        Assert.False(large.Content.AsSpan().ContainsAnyExcept((byte)'z'));
    }

    [Fact]
    public async Task A_receipt_is_shown_with_its_nodes()
    {
        await SignAsync(Done);
        Assert.Equal(ExitCode.Ok, await VerifyAsync(_folder["receipt.json"]));
        var text = _out.ToString();
        Assert.StartsWith("Completed: OpenShift 4.12.4. The cluster runs 4.12.4.\n", text, StringComparison.Ordinal);
        Assert.Contains("the-cluster\n", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-04 05:06:07Z\n", text, StringComparison.Ordinal);
        Assert.Contains("(CN=node-1)", text, StringComparison.Ordinal);
        Assert.Contains("node-2  Loading   NoSpace\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_it_is_the_receipt_itself()
    {
        await SignAsync(Done);
        Assert.Equal(ExitCode.Ok, await VerifyAsync(_folder["receipt.json"], "-o", "json"));
        Assert.Equal(Done.Nodes, Receipt.Parse(System.Text.Encoding.UTF8.GetBytes(_out.ToString())).Nodes);
    }

    [Fact]
    public async Task What_was_changed_or_is_another_sites_or_another_sticks_is_refused()
    {
        await SignAsync(Done);
        Assert.Equal(ExitCode.Signature, await VerifyAsync(_folder["receipt.json"], "--nonce", "ffffffffffffffff"));
        Assert.Contains("another stick", _error.ToString(), StringComparison.Ordinal);
        using (var other = CertificateAuthority.Create("another", TimeSpan.FromHours(1)))
            other.Write(_folder["other.crt"]);
        Assert.Equal(ExitCode.Signature, await RunAsync("receipt", "verify", _folder["receipt.json"], "--ca", _folder["other.crt"]));
        await File.WriteAllTextAsync(_folder["receipt.json"], (await File.ReadAllTextAsync(_folder["receipt.json"])).Replace("\"payload\":\"e", "\"payload\":\"f", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Signature, await VerifyAsync(_folder["receipt.json"]));
        Assert.Equal("", _out.ToString());
    }

    [Fact]
    public async Task A_stick_that_no_site_has_written_to_says_so()
    {
        Directory.CreateDirectory(_folder["stick"]);
        Assert.Equal(ExitCode.Usage, await VerifyAsync(_folder["stick"]));
        Assert.Contains("no site has written one yet", _error.ToString(), StringComparison.Ordinal);
    }

    private static void Need(params string[] programs)
    {
        foreach (var program in programs)
            Skip.IfNot(new[] { "/sbin", "/usr/sbin", "/usr/bin" }.Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private async Task SignAsync(Receipt receipt)
    {
        using var agent = _site.Issue("node-1", ["127.0.0.1"], TimeSpan.FromHours(1));
        await File.WriteAllBytesAsync(_folder["receipt.json"], SignedReceipt.Sign(receipt, agent.Certificate, [_site.Certificate]));
    }

    private Task<int> VerifyAsync(string path, params string[] more)
    {
        _site.Write(_folder["ca.crt"]);
        return RunAsync(["receipt", "verify", path, "--ca", _folder["ca.crt"], .. more]);
    }

    private Task<int> RunAsync(params string[] args) =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string>(), TimeProvider.System)).RunAsync(args, default);
}
