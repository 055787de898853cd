using System.Security.Cryptography;
using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Twins;

namespace Handcarry.Cli.Tests.Writing;

public sealed class WriteCommandTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [SkippableFact]
    public async Task A_bundle_is_written_and_read_back_and_the_stick_may_be_pulled()
    {
        var bundle = await BundleAsync(6 * MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 16 * MiB);
        Assert.Equal(ExitCode.Ok, await RunAsync(["--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path]));
        Assert.Equal(
            $"""
            {stick.Path} holds 4.12.4 for x86_64, 6.01 MiB, read back and compared (sha256:{Convert.ToHexStringLower(SHA256.HashData(bundle))}).
            {stick.Path} may be pulled now.

            """,
            _out.ToString());
        Assert.Equal(
            $"""
            Writing {stick.Path}: 6.01 MiB, done in 0 s
            Reading back {stick.Path}: 7.01 MiB, done in 0 s

            """,
            _error.ToString());
        Assert.True(stick.Content.AsSpan(0, bundle.Length).SequenceEqual(bundle));
        Assert.False(stick.Content.AsSpan(15 * MiB).ContainsAnyExcept((byte)0));
    }

    [SkippableFact]
    public async Task Numbered_parts_are_written_as_the_one_bundle_that_they_are()
    {
        var bundle = await BundleAsync(6 * MiB);
        await File.WriteAllBytesAsync(_folder["parts.tar.001"], bundle[..(5 * MiB)]);
        using var stick = LoopStick.Insert(_folder["stick"], 16 * MiB);
        Assert.Equal(ExitCode.Invalid, await RunAsync(["--yes", "--even-if-fixed", _folder["parts.tar.001"], stick.Path]));
        AssertUntouched(stick);
        await File.WriteAllBytesAsync(_folder["parts.tar.002"], bundle[(5 * MiB)..]);
        Assert.Equal(ExitCode.Ok, await RunAsync(["--yes", "--even-if-fixed", _folder["parts.tar.001"], stick.Path]));
        Assert.True(stick.Content.AsSpan(0, bundle.Length).SequenceEqual(bundle));
    }

    [SkippableFact]
    public async Task With_json_the_result_is_one_object_and_progress_is_objects_on_standard_error()
    {
        var bundle = await BundleAsync(MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        Assert.Equal(ExitCode.Ok, await RunAsync(["-o", "json", "--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path]));
        using var result = JsonDocument.Parse(_out.ToString());
        Assert.Equal(stick.Path, result.RootElement.GetProperty("device").GetString());
        Assert.Equal(bundle.Length, result.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal("4.12.4", result.RootElement.GetProperty("version").GetString());
        var lines = _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([$"Writing {stick.Path}", $"Reading back {stick.Path}"], lines.Select(line => line.GetProperty("stage").GetString()));
        Assert.All(lines, line => Assert.Equal("Done", line.GetProperty("state").GetString()));
    }

    [SkippableFact]
    public async Task A_fixed_disk_that_is_too_small_is_refused_with_both_reasons_and_left_alone()
    {
        await BundleAsync(4 * MiB);
        using var stick = LoopStick.Insert(_folder["stick"], MiB);
        Assert.Equal(ExitCode.Device, await RunAsync(["--yes", _folder["bundle.tar"], stick.Path]));
        Assert.Contains("Take a larger medium.", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("add --even-if-fixed", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Device, await RunAsync(["--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path]));
        AssertUntouched(stick);
    }

    [SkippableFact]
    public async Task A_device_that_someone_holds_is_refused()
    {
        await BundleAsync(MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        using (RawDevice.Open(new BlockDevices().Find(stick.Path)))
            Assert.Equal(ExitCode.Device, await RunAsync(["--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path]));
        Assert.Contains("is in use", _error.ToString(), StringComparison.Ordinal);
        AssertUntouched(stick);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("nothing")]
    public async Task What_is_no_device_is_refused(string name)
    {
        await BundleAsync(1000);
        await File.WriteAllTextAsync(_folder["file"], "mine");
        Assert.Equal(ExitCode.Device, await RunAsync(["--yes", _folder["bundle.tar"], _folder[name]]));
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["file"]));
    }

    [SkippableFact]
    public async Task A_file_that_is_no_bundle_or_not_all_of_one_is_refused()
    {
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        var bundle = await BundleAsync(MiB);
        await File.WriteAllBytesAsync(_folder["half.tar"], bundle[..(bundle.Length / 2)]);
        await File.WriteAllTextAsync(_folder["other.tar"], new string('x', 2048));
        foreach (var (file, exit) in ((string, int)[])[("half.tar", ExitCode.Invalid), ("other.tar", ExitCode.Invalid), ("missing.tar", ExitCode.Usage)])
        {
            Assert.Equal(exit, await RunAsync(["--yes", "--even-if-fixed", _folder[file], stick.Path]));
            Assert.Contains(_folder[file], _error.ToString(), StringComparison.Ordinal);
        }
        AssertUntouched(stick);
    }

    [SkippableFact]
    public async Task A_person_is_asked_with_bundle_and_device_named_and_only_yes_is_yes()
    {
        await BundleAsync(MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        foreach (var answer in (string[])["", "n\n", "\n", "yess\n"])
            Assert.Equal(ExitCode.Device, await RunAsync(["--even-if-fixed", _folder["bundle.tar"], stick.Path], answer));
        AssertUntouched(stick);
        Assert.StartsWith(
            $"""
            Bundle  4.12.4 for x86_64, 1.01 MiB: {_folder["bundle.tar"]}
            Device  {stick.Path}: of an unknown maker, no serial number, 8.00 MiB, virtual
            Everything on {stick.Path} will be lost. Type yes to write: Nothing was written.
            """,
            _error.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync(["--even-if-fixed", _folder["bundle.tar"], stick.Path], "yes\n"));
    }

    [SkippableFact]
    public async Task Where_nobody_can_be_asked_yes_has_to_be_given()
    {
        await BundleAsync(MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        Assert.Equal(ExitCode.Usage, await RunAsync(["--even-if-fixed", _folder["bundle.tar"], stick.Path]));
        Assert.Contains("--yes", _error.ToString(), StringComparison.Ordinal);
        AssertUntouched(stick);
    }

    [SkippableFact]
    public async Task Interrupted_it_says_that_the_stick_is_incomplete_and_leaves_no_beginning_of_a_bundle()
    {
        await BundleAsync(12 * MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 16 * MiB);
        using var interrupt = new CancellationTokenSource();
        var exit = await RunAsync(
            ["--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path],
            open: facts => new TroubledDevice(RawDevice.Open(facts)) { AtWrite = interrupt.Cancel },
            cancellationToken: interrupt.Token);
        Assert.Equal(ExitCode.Interrupted, exit);
        Assert.Contains($"Interrupted: {stick.Path} is incomplete", _error.ToString(), StringComparison.Ordinal);
        Assert.False(stick.Content.AsSpan(0, 512).StartsWith("metadata.json"u8));
        Assert.Empty(_out.ToString());
    }

    [SkippableFact]
    public async Task A_write_that_fails_and_bytes_that_differ_have_statuses_of_their_own()
    {
        await BundleAsync(MiB);
        using var stick = LoopStick.Insert(_folder["stick"], 8 * MiB);
        string[] args = ["--yes", "--even-if-fixed", _folder["bundle.tar"], stick.Path];
        Assert.Equal(
            ExitCode.Disk,
            await RunAsync(args, open: facts => new TroubledDevice(RawDevice.Open(facts)) { AtWrite = () => throw new IOException("Input/output error") }));
        Assert.Equal(
            ExitCode.ReadBack,
            await RunAsync(args, open: facts => new TroubledDevice(RawDevice.Open(facts)) { AtRead = bytes => bytes.Span[700] ^= 4 }));
        Assert.Contains("does not return what was written, first at byte 700 of 8388608", _error.ToString(), StringComparison.Ordinal);
        Assert.False(stick.Content.AsSpan(0, 512).ContainsAnyExcept((byte)0));
        Assert.DoesNotContain("may be pulled now", _out.ToString(), StringComparison.Ordinal);
    }

    private static void AssertUntouched(LoopStick stick) => Assert.False(stick.Content.AsSpan().ContainsAnyExcept((byte)'z'));

    private async Task<byte[]> BundleAsync(int layerSize)
    {
        var bytes = await MadeBundle.BytesAsync(layerSize);
        await File.WriteAllBytesAsync(_folder["bundle.tar"], bytes);
        return bytes;
    }

    private async Task<int> RunAsync(
        string[] args, string? answer = null, Func<DeviceFacts, IRawDevice>? open = null, CancellationToken cancellationToken = default)
    {
        using var input = new StringReader(answer ?? "");
        var surroundings = new Surroundings(_out, _error, false, new Dictionary<string, string>(), new ManualTime()) { In = input, IsInputTerminal = answer is not null };
        return await new CommandLine(surroundings, open: open).RunAsync(["write", .. args], cancellationToken);
    }
}
