using Handcarry.Actors.Cluster;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IReleaseKeys"/> does.</summary>
public abstract class ReleaseKeysConformance
{
    /// <summary>An Ed25519 key made for this test; its private half was never kept.</summary>
    private const string Key = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEawPCoBYJKwYBBAHaRw8BAQdA8skdMNhOv7XvIJWow9DNVdxw/Ac9sWI+Zdrl
        NjHpx6q0HVJlbGVhc2UgPHJlbGVhc2VAZXhhbXBsZS5jb20+iJAEExYIADgWIQSY
        QczdDYqAeJhfPaoGSaHUXrj3pQUCawPCoAIbAwULCQgHAgYVCgkICwIEFgIDAQIe
        AQIXgAAKCRAGSaHUXrj3pQvQAPwJviii5woVbUfPUuSJWvVX77KDTEAbMoM9JGKJ
        wJSPZwD7Bi0YhJMpJVAtt3S2muPzbecmmt8hWfhd6Nxze6/hmw4=
        =qmE0
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    private const string Fingerprint = "9841CCDD0D8A8078985F3DAA0649A1D45EB8F7A5";

    protected abstract IReleaseKeys Port { get; }

    protected abstract ValueTask SetAsync(params (string Name, string Armored)[] keyrings);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task A_cluster_without_keys_has_none() => Assert.Empty(await Port.ReadAsync(default));

    [Fact]
    public async Task Each_keyring_is_read_in_the_order_of_their_names()
    {
        await SetAsync(("verifier-public-key-b", Key), ("verifier-public-key-a", Key));
        var keyrings = await Port.ReadAsync(default);
        Assert.Equal(["verifier-public-key-a", "verifier-public-key-b"], keyrings.Select(k => k.Name));
        Assert.All(keyrings, keyring => Assert.Equal([Fingerprint], keyring.Fingerprints));
    }

    [Fact]
    public async Task What_is_no_keyring_is_an_error_and_never_passed_over()
    {
        await SetAsync(("verifier-public-key-a", Key), ("verifier-public-key-b", "no key"));
        var refused = await Assert.ThrowsAsync<ContentException>(async () => await Port.ReadAsync(default));
        Assert.Equal(Reasons.InvalidKeyring, refused.Reason);
        Assert.Contains("verifier-public-key-b", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.ReadAsync(default));
        await SetAwayAsync(false);
        Assert.Empty(await Port.ReadAsync(default));
    }
}
