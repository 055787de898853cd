using System.Text;
using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Tests.Signatures;

public sealed class HostileSignatureTests
{
    private static readonly Digest Release = Digest.Of("a release"u8);

    private static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.OneOf(
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte[1, 255], static (at, bits) => new Func<byte[], byte[]>(b => Changed(b, at % b.Length, bits))),
        Gen.Select(Gen.Int[0, int.MaxValue], static at => new Func<byte[], byte[]>(b => b[..(at % b.Length)])),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40], static (at, n) => new Func<byte[], byte[]>(b => [.. b[..(at % b.Length)], .. b.Skip((at % b.Length) + n)])),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte.Array[1, 40], static (at, more) => new Func<byte[], byte[]>(b => [.. b[..(at % b.Length)], .. more, .. b[(at % b.Length)..]])));

    [SkippableTheory]
    [InlineData("rsa2048", "none")]
    [InlineData("ed25519", "zlib")]
    public void A_mutated_signature_never_vouches_for_anything_that_was_not_signed(string algorithm, string compression)
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey(algorithm);
        var (keyring, genuine) = (gpg.Keyring(key), gpg.Sign(key, GpgHome.Text(Release), "--compress-algo", compression));
        var said = Verify(genuine, keyring);
        Assert.True(said.Valid, said.Sentence);

        Mutation.Array[1, 3].Sample(
            mutations =>
            {
                var verdict = Verify(mutations.Aggregate(genuine, static (bytes, mutate) => bytes.Length == 0 ? bytes : mutate(bytes)), keyring);
                // The name and time in the literal packet and the unhashed subpackets are not signed: to change them changes nothing.
                if (verdict.Valid)
                {
                    Assert.Equal(said.Signers, verdict.Signers);
                    Assert.Equal((said.DockerReference, said.Timestamp), (verdict.DockerReference, verdict.Timestamp));
                }
                else
                    Assert.Empty(verdict.Signers);
            },
            iter: 1500);
    }

    [SkippableFact]
    public void A_signature_whose_text_is_changed_in_any_place_is_bad()
    {
        using var gpg = new GpgHome();
        var (key, text) = (gpg.CreateKey("ed25519"), GpgHome.Text(Release));
        var (keyring, genuine) = (gpg.Keyring(key), gpg.Sign(key, text, "--compress-algo", "none"));
        var start = genuine.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));

        for (var at = start; at < start + text.Length; at++)
            Assert.Equal(Reasons.SignatureBad, Verify(Changed(genuine, at, 1), keyring).Reason);
    }

    [SkippableFact]
    public void Random_packets_are_refused_without_much_ado()
    {
        using var gpg = new GpgHome();
        var keyring = gpg.Keyring(gpg.CreateKey("ed25519"));
        // The heads of one-pass, signature, literal, compressed and key packets, and announced lengths of all forms.
        byte[] heads = [0xc4, 0xc2, 0xcb, 0xc8, 0xc6, 0x90, 0x88, 0x8a, 0x8b, 0xac, 0xaf, 0xa3, 0xff, 0xe0, 0x7f, 0x04, 0x06];

        Gen.OneOf(Gen.Int[0, heads.Length - 1].Select(at => heads[at]), Gen.Byte).Array[0, 200].Sample(
            bytes =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.False(Verify(bytes, keyring).Valid);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            },
            iter: 20_000);
    }

    [SkippableFact]
    public void A_signature_packet_that_announces_gigabytes_is_not_given_them()
    {
        using var gpg = new GpgHome();
        var keyring = gpg.Keyring(gpg.CreateKey("ed25519"));
        byte[] announcement = [0xc4, 13, 3, 0, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8, 1], literal = [0xcb, 7, 0x62, 0, 0, 0, 0, 0, 0x7b];

        foreach (var version in (byte[])[2, 3, 4, 5, 6, 7])
        {
            byte[] signature = [0xc2, 0xff, 0x7f, 0xff, 0xff, 0xff, version, 0, 1, 8, 0x7f, 0xff, 0xff, 0xf0, 0x7f, 0xff, 0xff, 0xf0, 1, 2];
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(Reasons.SignatureMalformed, Verify([.. announcement, .. literal, .. signature], keyring).Reason);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    private static byte[] Changed(byte[] bytes, int at, byte bits)
    {
        var changed = bytes.ToArray();
        changed[at] ^= bits;
        return changed;
    }

    private static SignatureVerdict Verify(byte[] message, ReleaseKeyring keyring) =>
        ReleaseSignature.Verify(message, Release, [keyring], DateTimeOffset.UtcNow);
}
