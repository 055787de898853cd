using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class ExpectedImageTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ImageMaker _maker;

    public ExpectedImageTests() => _maker = new ImageMaker(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_layers_are_those_of_its_configuration()
    {
        var (one, two) = (_maker.MakeLayer("a", [1]), _maker.MakeLayer("b", [2]));
        var (list, _) = _maker.MakeList(ImageMaker.Repository, docker: true, one, two);
        var (index, manifest, config) = Documents(list.Name);
        var image = new ExpectedImage(list.Name, index, manifest, config);
        Assert.Equal([one.DiffId, two.DiffId], image.DiffIds);
        Assert.Equal(MediaTypes.DockerManifestList, image.ListMediaType);
        Assert.Equal((Digest.Of(manifest), Digest.Of(config)), (image.ManifestDigest, image.ConfigDigest));
    }

    [Fact]
    public void Documents_that_do_not_belong_together_are_refused()
    {
        var (list, _) = _maker.MakeList(ImageMaker.Repository, docker: false, _maker.MakeLayer("a", [1]));
        var (other, _) = _maker.MakeList(ImageMaker.Repository, docker: false, _maker.MakeLayer("b", [2]));
        var (a, b) = (Documents(list.Name), Documents(other.Name));
        Refused(Reasons.DigestMismatch, () => new ExpectedImage(other.Name, a.List, a.Manifest, a.Config));
        Refused(Reasons.DigestMismatch, () => new ExpectedImage(list.Name, null, a.Manifest, a.Config));
        Refused(Reasons.DigestMismatch, () => new ExpectedImage(list.Name, a.List, b.Manifest, b.Config));
        Refused(Reasons.DigestMismatch, () => new ExpectedImage(list.Name, a.List, a.Manifest, b.Config));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"rootfs":{"diff_ids":["sha256:0"]}}""")]
    [InlineData("""{"rootfs":{"diff_ids":[]},"rootfs":{"diff_ids":[]}}""")]
    public void A_configuration_without_a_clear_list_of_layers_is_refused(string config)
    {
        var (list, _) = _maker.MakeList(ImageMaker.Repository, docker: false, _maker.MakeLayer("a", [1]));
        var documents = Documents(list.Name);
        Refused(Reasons.InvalidBundle, () => new ExpectedImage(list.Name, documents.List, documents.Manifest, System.Text.Encoding.UTF8.GetBytes(config)));
    }

    private (byte[] List, byte[] Manifest, byte[] Config) Documents(ImageName name)
    {
        var list = File.ReadAllBytes(_maker.PathOf(name.Digest));
        var manifest = File.ReadAllBytes(_maker.PathOf(ImageIndex.Parse(list).Manifests[0].Digest));
        return (list, manifest, File.ReadAllBytes(_maker.PathOf(ImageManifest.Parse(manifest).Config.Digest)));
    }

    private static void Refused(string reason, Func<ExpectedImage> make) => Assert.Equal(reason, Assert.Throws<ContentException>(make).Reason);
}
