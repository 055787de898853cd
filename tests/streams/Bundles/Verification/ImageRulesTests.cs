using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles.Verification;

public sealed class ImageRulesTests : IDisposable
{
    private readonly SoundBundle _sound = new();
    private readonly Verifying _verifying = new();

    public void Dispose() => _verifying.Dispose();

    [Fact]
    public async Task A_layer_that_the_inventory_does_not_list_for_its_image_is_told()
    {
        var image = _sound.Replace(1, image => image with { Layers = [image.Layers[0]] });
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_configuration_that_is_missing_is_told()
    {
        var image = _sound.Replace(1, image => image with { Configs = [] });
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_list_without_any_instance_is_told()
    {
        _sound.Contents = _sound.Contents with { Attachments = [] };
        var image = _sound.Replace(2, image => image with { Manifests = [image.Manifests[0]], Configs = [], Layers = [] });
        _sound.UnpackedSize -= 50;
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task Sealed_bundles_may_leave_out_any_layers_but_the_store_is_a_squashfs()
    {
        _sound.Replace(1, image => image with { Layers = [] });
        _sound.UnpackedSize++;
        _sound.Contents = _sound.Contents with { Store = StoreKind.Sealed, SealedStore = _sound.Add("hsqs and so on"u8.ToArray(), MediaTypes.SealedStore) };
        await TellsAsync();

        _sound.Contents = _sound.Contents with { SealedStore = _sound.Add("sqsh and so on"u8.ToArray(), MediaTypes.SealedStore) };
        await TellsAsync((Reasons.InvalidBundle, null));
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_configuration_says_is_told()
    {
        var layers = _sound.Contents.Images[1].Layers;
        var image = _sound.Replace(1, _ => _sound.Image("liar", layers, [Digest.Of("a"u8), Digest.Of("b"u8)]));
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()), (Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_configuration_with_another_number_of_layers_is_told()
    {
        var layers = _sound.Contents.Images[1].Layers;
        var image = _sound.Replace(1, _ => _sound.Image("liar", layers, []));
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_layer_that_cannot_be_decompressed_is_told()
    {
        var broken = _sound.Layer(5000, 9, Broken, MediaTypes.OciLayerGzip);
        var image = _sound.Replace(1, _ => _sound.Image("broken", [broken]));
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_layer_that_becomes_longer_than_announced_is_not_followed_to_its_end()
    {
        var bomb = _sound.Add(SoundBundle.Gzip(new byte[10_000_000]), MediaTypes.OciLayerGzip);
        var image = _sound.Replace(1, _ => _sound.Image("bomb", [bomb], [Digest.Of(new byte[10_000_000])]));
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.InvalidImage, image.Name.ToString()));
    }

    [Fact]
    public async Task A_blob_that_nothing_needs_is_told()
    {
        _sound.Contents = _sound.Contents with { Signatures = [_sound.Add([1], MediaTypes.ReleaseSignature)] };
        var plan = _sound.Plan();
        var result = await _verifying.RunAsync(await _sound.WriteAsync(new BundlePlan(plan.Contents, plan.Blobs, plan.Images, [], plan.Attachments)));
        Assert.Equal((Reasons.InvalidBundle, plan.Blobs[plan.Signatures[0]].Digest), (Assert.Single(result.Violations).Reason, result.Violations[0].Blob!.Value));
    }

    [Fact]
    public async Task An_unpacked_size_that_is_not_true_is_told()
    {
        _sound.UnpackedSize++;
        await TellsAsync((Reasons.SizeMismatch, null));
    }

    [Fact]
    public async Task A_size_in_a_manifest_that_is_not_true_is_told()
    {
        var config = _sound.Contents.Images[1].Configs[0];
        var manifest = _sound.Manifest(config with { Size = config.Size + 1 }, _sound.Contents.Images[1].Layers);
        var image = _sound.Replace(1, image => image with { Name = image.Name with { Digest = manifest.Digest }, Manifests = [manifest] });
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.SizeMismatch, image.Name.ToString()));
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_parsed_is_told()
    {
        var manifest = _sound.Add("{}"u8.ToArray(), MediaTypes.OciManifest);
        var image = _sound.Replace(1, image => image with { Name = image.Name with { Digest = manifest.Digest }, Manifests = [manifest] });
        _sound.Contents = _sound.Contents with { Extra = [] };
        await TellsAsync((Reasons.InvalidBundle, image.Name.ToString()));
    }

    [Fact]
    public async Task Signatures_of_an_image_that_is_not_here_or_without_a_payload_are_told()
    {
        var attachment = _sound.Contents.Attachments[0];
        var stranger = attachment.Subject with { Digest = Digest.Of("stranger"u8) };
        _sound.Contents = _sound.Contents with { Attachments = [attachment with { Subject = stranger, Blobs = [attachment.Blobs[0]] }] };
        await TellsAsync((Reasons.InvalidBundle, stranger.ToString()), (Reasons.InvalidImage, $"the signatures of {stranger}"));
    }

    // The fourth kind of a block does not exist (RFC 1951, section 3.2.3).
    private static byte[] Broken(byte[] tar)
    {
        var packed = SoundBundle.Gzip(tar);
        packed[10] = 0b111;
        return packed;
    }

    private async Task TellsAsync(params (string Reason, string? Image)[] expected)
    {
        var result = await _verifying.RunAsync(await _sound.WriteAsync());
        Assert.Equal(expected, result.Violations.Select(v => (v.Reason, v.Image)));
    }
}
