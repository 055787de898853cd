using System.Diagnostics;
using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles.Verification;

namespace Handcarry.Cli.Tests.Commands;

public sealed class BenchCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    private string Bundle => _folder["upgrade-4.12.4-x86_64.tar"];

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Inspect_shows_what_a_bundle_says_of_itself()
    {
        var bytes = await WriteAsync();
        Assert.Equal(ExitCode.Ok, await RunAsync("inspect", Bundle, "--images"));
        foreach (var text in (string[])["4.12.4 x86_64", "4.12.3", "stable-4.12", "3, 1 of them not part", $"({bytes.Length} bytes)", "layers", "0 of the release", "1 sigstore", "sha256:", "There is no signature of the release", "IMAGE"])
            Assert.Contains(text, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_of_a_part_says_the_same_of_all_parts_and_misses_the_last()
    {
        var bytes = await WriteAsync(4096);
        var parts = PartNames.Find([Bundle]);
        var whole = await JsonAsync("inspect", Bundle, "-o", "json");
        Assert.Equal((parts.Count, bytes.Length), (whole.GetProperty("files").GetArrayLength(), whole.GetProperty("size").GetInt64()));
        Assert.Equal(whole.GetProperty("commitment").GetString(), (await JsonAsync("inspect", parts[1], "-o", "json")).GetProperty("commitment").GetString());

        File.Delete(parts[^1]);
        Assert.Contains(
            (await JsonAsync("inspect", Bundle, "-o", "json")).GetProperty("warnings").EnumerateArray(),
            warning => warning.GetString()!.Contains("bytes are missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_ends_with_0_for_a_sound_bundle_and_with_5_and_each_violation_for_a_damaged_one()
    {
        var bytes = await WriteAsync();
        Assert.Equal(ExitCode.Ok, await RunAsync("verify", Bundle));
        Assert.Contains($"0 violations in {bytes.Length / 1024.0:0.0} KiB of 4.12.4 x86_64, sha256 {Digest.Of(bytes).Hex}", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("Verifying", _error.ToString(), StringComparison.Ordinal);

        bytes[^1] ^= 1;
        bytes[^1600] ^= 1;
        await File.WriteAllBytesAsync(Bundle, bytes);
        var json = await JsonAsync(ExitCode.Invalid, "verify", Bundle, "-o", "json");
        Assert.Equal(2, json.GetProperty("violations").GetArrayLength());
        Assert.Equal(bytes.Length - 1, json.GetProperty("violations")[1].GetProperty("offset").GetInt64());
        Assert.Equal(ExitCode.Invalid, await RunAsync("verify", Bundle));
        Assert.Contains($"InvalidBundle at byte {bytes.Length - 1}: ", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 violations in ", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_bundle_ends_with_5_and_what_is_not_there_with_8()
    {
        await File.WriteAllTextAsync(Bundle, new string('x', 5000));
        Assert.Equal(ExitCode.Invalid, await RunAsync("verify", Bundle));
        Assert.Equal(ExitCode.Invalid, await RunAsync("inspect", Bundle));
        Assert.Equal(ExitCode.Disk, await RunAsync("verify", _folder["none"]));
        Assert.Equal(ExitCode.Usage, await RunAsync("verify", Bundle, "--require-signature"));
        Assert.Equal(ExitCode.Usage, await RunAsync("verify"));
    }

    [Theory]
    [InlineData("ed25519", null)]
    [InlineData("ecdsa-p256", 4096L)]
    public async Task A_bundle_is_signed_with_a_new_key_and_verifies_with_its_public_half(string algorithm, long? partSize)
    {
        await WriteAsync(partSize);
        await File.WriteAllTextAsync(_folder["passphrase"], "a secret\n");
        Assert.Equal(ExitCode.Ok, await RunAsync("create", "key", _folder["me"], "--algorithm", algorithm, "--passphrase-file", _folder["passphrase"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["me"]));
        Assert.Contains("ENCRYPTED", await File.ReadAllTextAsync(_folder["me"]), StringComparison.Ordinal);
        Assert.Equal(ExitCode.InTheWay, await RunAsync("create", "key", _folder["me"]));
        Assert.Equal(ExitCode.Ok, await RunAsync("create", "key", _folder["other"]));

        Assert.Equal(ExitCode.Ok, await RunAsync("sign", Bundle, "--key", _folder["me"], "--passphrase-file", _folder["passphrase"]));
        Assert.Equal(ExitCode.Ok, await RunAsync("verify", Bundle, "--trust-key", _folder["me.pub"], "--require-signature"));
        Assert.Equal(ExitCode.Signature, await RunAsync("verify", Bundle, "--trust-key", _folder["other.pub"], "--require-signature"));
        Assert.Equal(ExitCode.Ok, await RunAsync("verify", Bundle, "--trust-key", _folder["other.pub"]));
        Assert.Equal(0, Tool("/bin/sh", "-c", $"cd {_folder.Path} && sha256sum --strict -c {Bundle}.sha256"));

        var inspected = await JsonAsync("inspect", Bundle, "--trust-key", _folder["me.pub"], "-o", "json");
        Assert.True(inspected.GetProperty("signedBy")[0].GetProperty("valid").GetBoolean());
        Assert.Equal(ExitCode.Signature, await RunAsync("sign", Bundle, "--key", _folder["me"], "--passphrase-file", _folder["other.pub"]));
    }

    [Fact]
    public async Task Tar_and_cat_agree_with_what_is_verified()
    {
        var bytes = await WriteAsync(4096);
        Assert.Equal(0, Tool("/bin/sh", "-c", $"cat {Bundle}.??? > {_folder["whole.tar"]}"));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["whole.tar"]));
        Assert.Equal(0, Tool("tar", "tf", _folder["whole.tar"]));
        Assert.Equal(
            (await JsonAsync("verify", _folder["whole.tar"], "-o", "json")).GetProperty("sha256").GetString(),
            (await JsonAsync(["verify", .. PartNames.Find([Bundle]).Reverse(), "-o", "json"])).GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Checksums_that_do_not_fit_or_cannot_be_read_are_violations_among_others()
    {
        var bytes = await WriteAsync();
        await File.WriteAllTextAsync(Bundle + ".sha256", $"{new string('0', 64)}  upgrade-4.12.4-x86_64.tar\n");
        Assert.Equal(["DigestMismatch"], await ReasonsAsync());
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(Bundle, bytes);
        await File.WriteAllTextAsync(Bundle + ".sha256", "nonsense");
        Assert.Equal(["InvalidChecksums", "InvalidBundle"], await ReasonsAsync());

        async Task<IEnumerable<string?>> ReasonsAsync() =>
            (await JsonAsync(ExitCode.Invalid, "verify", Bundle, "-o", "json")).GetProperty("violations").EnumerateArray().Select(v => v.GetProperty("reason").GetString());
    }

    [SkippableFact]
    public async Task A_device_is_inspected_and_verified_as_a_file_is_but_not_signed()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/losetup"), "Attaching a loop device needs root and losetup.");
        var bytes = await WriteAsync();
        await File.WriteAllBytesAsync(_folder["stick"], [.. bytes, .. new byte[1 << 20]]);
        using var attach = Process.Start(new ProcessStartInfo("/usr/sbin/losetup", ["--find", "--show", _folder["stick"]]) { RedirectStandardOutput = true })!;
        var device = (await attach.StandardOutput.ReadToEndAsync()).Trim();
        await attach.WaitForExitAsync();
        Skip.If(attach.ExitCode != 0, "There is no free loop device.");
        try
        {
            var verified = await JsonAsync("verify", device, "-o", "json");
            Assert.Equal((bytes.Length, Digest.Of(bytes).ToString()), (verified.GetProperty("bytesRead").GetInt64(), verified.GetProperty("sha256").GetString()));
            Assert.Equal(bytes.Length, (await JsonAsync("inspect", device, "-o", "json")).GetProperty("size").GetInt64());
            Assert.Equal(ExitCode.Ok, await RunAsync("create", "key", _folder["me"]));
            Assert.Equal(ExitCode.Device, await RunAsync("sign", device, "--key", _folder["me"]));
            Assert.Contains("Sign the file, then write it", _error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Tool("/usr/sbin/losetup", "--detach", device);
        }
    }

    private async Task<byte[]> WriteAsync(long? partSize = null)
    {
        var bytes = await new SoundBundle(20_000).WriteAsync();
        using var file = PartedFile.Create(Bundle, bytes.Length, partSize);
        file.Write(bytes, 0);
        return bytes;
    }

    private Task<JsonElement> JsonAsync(params string[] args) => JsonAsync(ExitCode.Ok, args);

    private async Task<JsonElement> JsonAsync(int exitCode, params string[] args)
    {
        _out.GetStringBuilder().Clear();
        Assert.True(await RunAsync(args) == exitCode, _out.ToString() + _error);
        return JsonDocument.Parse(_out.ToString()).RootElement;
    }

    private Task<int> RunAsync(params string[] args) =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string>(), TimeProvider.System)).RunAsync(args, default);

    private static int Tool(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
