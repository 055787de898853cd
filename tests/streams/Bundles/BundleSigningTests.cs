using System.Security.Cryptography;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Bundles.Verification;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleSigningTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Bundle => _folder.Sub("upgrade-4.12.4-x86_64.tar");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EngineerSignature.Ed25519, null)]
    [InlineData(EngineerSignature.EcdsaP256Sha256, null)]
    [InlineData(EngineerSignature.Ed25519, 3000L)]
    public async Task A_signature_changes_nothing_but_the_metadata_and_the_checksums(string algorithm, long? partSize)
    {
        var before = await WriteAsync(partSize);
        var (key, other) = (Key(algorithm), Key(algorithm));

        await SignAsync(key);
        var once = ReadAll();
        await SignAsync(key);

        Assert.Equal(once, ReadAll());
        Assert.Equal(before.Length, once.Length);
        var metadata = 512 + (await Reading.AllAsync(new MemoryStream(before))).Reader.MetadataSize;
        Assert.NotEqual(before[..metadata], once[..metadata]);
        Assert.Equal(before[metadata..], once[metadata..]);
        Assert.Empty((await VerifyAsync(key, other)).Violations);

        await SignAsync(other);
        var signed = await SignAsync(key);
        Assert.Equal([key.PublicKey.Id, other.PublicKey.Id], signed.SignedBy.Select(s => s.KeyId));
        Assert.Contains((await VerifyAsync(key, other)).Notes, note => note.Contains($"{key.PublicKey.Id} and {other.PublicKey.Id}", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*undo*"));
    }

    [Fact]
    public async Task There_is_room_for_ten_signatures_and_one_too_many_changes_nothing()
    {
        await WriteAsync(null);
        for (var i = 0; i < 10; i++)
            await SignAsync(Key(EngineerSignature.EcdsaP256Sha256));
        Assert.Empty((await VerifyAsync()).Violations);
        await Assert.ThrowsAsync<ContentException>(async () =>
        {
            while (true)
                await SignAsync(Key(EngineerSignature.Ed25519));
        });
        Assert.Empty((await VerifyAsync()).Violations);
    }

    [Fact]
    public async Task A_damaged_bundle_is_not_signed()
    {
        var before = await WriteAsync(null);
        await SignAsync(Key(EngineerSignature.Ed25519));
        var damaged = ReadAll();
        damaged[^600] ^= 1;
        await File.WriteAllBytesAsync(Bundle, damaged);

        Assert.Equal(Reasons.DigestMismatch, (await Assert.ThrowsAsync<ContentException>(() => SignAsync(Key(EngineerSignature.Ed25519)))).Reason);

        Assert.Equal(damaged, ReadAll());
        Assert.Equal(before.Length, damaged.Length);
    }

    [Fact]
    public async Task A_signing_that_was_cut_off_is_undone_by_the_next()
    {
        var before = await WriteAsync(null);
        var key = Key(EngineerSignature.Ed25519);
        await SignAsync(key);
        var signed = ReadAll();
        var checksums = await File.ReadAllTextAsync(Bundle + ".sha256");
        var metadata = (await Reading.AllAsync(new MemoryStream(before))).Reader.MetadataSize;

        // Half of the new metadata.json is on the disk, and the checksums are those of before.
        await File.WriteAllBytesAsync(Bundle + ".sign-undo", before[512..(512 + metadata)]);
        await File.WriteAllBytesAsync(Bundle, [.. before[..1024], .. new byte[100], .. before[1124..]]);
        await File.WriteAllTextAsync(Bundle + ".sha256", new Sha256File("a.tar", Digest.Of(before), [new FileSha256("a.tar", Digest.Of(before))]).ToString());
        await SignAsync(key);

        Assert.Equal(signed, ReadAll());
        Assert.Equal(checksums, await File.ReadAllTextAsync(Bundle + ".sha256"));
        Assert.False(File.Exists(Bundle + ".sign-undo"));
    }

    [Fact]
    public async Task What_a_cut_off_signing_left_of_another_bundle_is_not_put_back()
    {
        var other = await WriteAsync(null);
        var metadata = (await Reading.AllAsync(new MemoryStream(other))).Reader.MetadataSize;
        await WriteAsync(null, new SoundBundle(4000));
        await File.WriteAllBytesAsync(Bundle + ".sign-undo", other[512..(512 + metadata)]);

        await SignAsync(Key(EngineerSignature.Ed25519));

        Assert.Empty((await VerifyAsync()).Violations);
        Assert.False(File.Exists(Bundle + ".sign-undo"));
    }

    private static EngineerKey Key(string algorithm) => EngineerKey.Create(algorithm, RandomNumberGenerator.Create());

    private Task<BundleMetadata> SignAsync(EngineerKey key) => BundleSigning.SignAsync(PartNames.Find([Bundle]), key, new BundleLimits(), null, default);

    private byte[] ReadAll() => [.. PartNames.Find([Bundle]).SelectMany(File.ReadAllBytes)];

    private async Task<byte[]> WriteAsync(long? partSize, SoundBundle? sound = null)
    {
        var bytes = await (sound ?? new SoundBundle()).WriteAsync();
        using var file = PartedFile.Create(Bundle, bytes.Length, partSize);
        file.Write(bytes, 0);
        return bytes;
    }

    private async Task<BundleVerification> VerifyAsync(params EngineerKey[] trusted)
    {
        var paths = PartNames.Find([Bundle]);
        using var file = PartedFile.Open(paths);
        var options = new BundleVerifierOptions
        {
            Clock = TimeProvider.System,
            Checksums = Sha256File.Read(Sha256File.PathOf(paths)),
            TrustedKeys = [.. trusted.Select(key => key.PublicKey)],
            RequireSignature = true,
        };
        Assert.NotNull(options.Checksums);
        return await BundleVerifier.VerifyAsync(file, options, default);
    }
}
