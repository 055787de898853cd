using Handcarry.Streams.Bundles;
using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles.Verification;

/// <summary>Verifies bytes as a file of a test's own.</summary>
internal sealed class Verifying : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public Verifying() => _path = _folder.Sub("upgrade-4.12.4-x86_64.tar");

    public BundleVerifierOptions Options { get; set; } = new() { Clock = TimeProvider.System };

    /// <summary>Verifies with a medium that fails where <paramref name="fails"/> says.</summary>
    public async Task<BundleVerification> RunAsync(byte[] bundle, Func<long, int, Exception?>? fails = null)
    {
        await File.WriteAllBytesAsync(_path, bundle);
        return await RunAsync([_path], fails);
    }

    public async Task<BundleVerification> RunAsync(IReadOnlyList<string> paths, Func<long, int, Exception?>? fails = null)
    {
        using var file = PartedFile.Open(paths);
        return await BundleVerifier.VerifyAsync(
            file,
            (destination, offset) => fails?.Invoke(offset, destination.Length) is { } failure ? throw failure : file.Read(destination, offset),
            Options,
            default);
    }

    public void Dispose() => _folder.Dispose();
}
