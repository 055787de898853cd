using Handcarry.Cli.Commands;
using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Tests.Verification;

public sealed class StoreVerificationTests : IDisposable
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

    [SkippableFact]
    public async Task A_sealed_store_is_proved_where_it_lies_and_across_parts()
    {
        NeedTools();
        var bytes = await new SealedBundle(_folder["made"]).WriteAsync();
        await File.WriteAllBytesAsync(Bundle, bytes);
        Assert.True(await VerifyAsync() == ExitCode.Ok, _out.ToString());
        Assert.Contains("The sealed store holds 2 images; 3 layers were put together again", _out.ToString(), StringComparison.Ordinal);

        File.Delete(Bundle);
        using (var parts = PartedFile.Create(Bundle, bytes.Length, 5000))
            parts.Write(bytes, 0);
        Assert.True(await VerifyAsync() == ExitCode.Ok, _out.ToString());
        Assert.Contains("Putting the sealed store together", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["scratch"]));
    }

    [SkippableFact]
    public async Task A_store_that_lacks_an_image_is_told()
    {
        NeedTools();
        await File.WriteAllBytesAsync(Bundle, await new SealedBundle(_folder["made"]).WriteAsync(missing: 1));
        Assert.Equal(ExitCode.Invalid, await VerifyAsync());
        Assert.Contains("In the sealed store, ", _out.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_damaged_store_is_not_opened()
    {
        NeedTools();
        var bytes = await new SealedBundle(_folder["made"]).WriteAsync();
        bytes[^3000] ^= 1;
        await File.WriteAllBytesAsync(Bundle, bytes);
        Assert.Equal(ExitCode.Invalid, await VerifyAsync());
        Assert.Contains("not looked at any closer", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 violation in", _out.ToString(), StringComparison.Ordinal);
    }

    private Task<int> VerifyAsync() =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string>(), TimeProvider.System))
            .RunAsync(["verify", Bundle, "--scratch", Directory.CreateDirectory(_folder["scratch"]).FullName], default);

    private static void NeedTools()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Making a sealed store needs root.");
        foreach (var tool in (string[])["skopeo", "mksquashfs", "unsquashfs"])
            Skip.IfNot(File.Exists($"/usr/bin/{tool}"), $"{tool} is not installed.");
    }
}
