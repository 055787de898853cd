using System.Diagnostics;
using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class Sha256FileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(2_500_000L)]
    [InlineData(1_000_000L)]
    [InlineData(9_000_000L)]
    public void What_it_writes_is_what_sha256sum_checks_and_what_it_reads(long? partSize)
    {
        var bytes = Blobs.Bytes(3_000_001, 7);
        var bundle = Path.Combine(_folder.Path, "upgrade-4.12.4-x86_64.tar");
        using (var output = PartedFile.Create(bundle, bytes.Length, partSize))
            output.Write(bytes, 0);
        var paths = PartNames.Find([bundle]);
        using var file = PartedFile.Open(paths);
        var told = 0L;
        var sums = Sha256File.Of(file, new Told(n => told += n), default);
        sums.Write(Sha256File.PathOf(paths));

        Assert.Equal(bytes.Length, told);
        Assert.Equal(Digest.Of(bytes), sums.Whole);
        Assert.Equal(bundle + ".sha256", Sha256File.PathOf(paths));
        Assert.Equal(sums.ToString(), Sha256File.Read(bundle + ".sha256")!.ToString());
        Assert.Equal(paths.Select(Path.GetFileName), sums.Files.Select(f => f.Name));
        Assert.Equal(0, Sha256Sum("--check", "--strict", bundle + ".sha256"));
        File.WriteAllBytes(paths[^1], [1]);
        Assert.Equal(1, Sha256Sum("--check", "--strict", bundle + ".sha256"));
    }

    [Fact]
    public void A_file_that_is_not_there_is_null() => Assert.Null(Sha256File.Read(Path.Combine(_folder.Path, "none")));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("abc  upgrade.tar\n")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  ../upgrade.tar\n")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000 upgrade.tar\n")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  a.tar.001\n0000000000000000000000000000000000000000000000000000000000000000  a.tar.002\n")]
    public void What_is_no_list_of_checksums_is_refused(string text) =>
        Assert.Equal(Reasons.InvalidChecksums, Assert.Throws<ContentException>(() => Sha256File.Parse(text, "a.sha256")).Reason);

    [Fact]
    public void Any_text_is_either_read_or_refused() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["0f #*\n\r./a\\"], 0, 200]).Sample(text =>
    {
        try
        {
            var read = Sha256File.Parse(text, "a.sha256");
            Assert.Equal(read.ToString(), Sha256File.Parse(read.ToString(), "a.sha256").ToString());
        }
        catch (ContentException e)
        {
            Assert.Equal(Reasons.InvalidChecksums, e.Reason);
        }
    });

    private int Sha256Sum(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum", arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private sealed class Told(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
