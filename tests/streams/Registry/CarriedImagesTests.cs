using System.Net;
using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>What a node serves of the bundles that it has taken up.</summary>
public sealed class CarriedImagesTests : IAsyncLifetime
{
    private static readonly Digest Commitment = Digest.Of("a bundle"u8.ToArray());
    private static readonly HttpClient Http = new();

    private TestNode _node = null!;
    private CarriedImages _images = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(new TestAuthority());
        _images = await CarriedImages.StoreAsync(_node.Store);
        _node.Index.TakeUp(Commitment, _images.Inventory);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(CarriedImages.Path)]
    [InlineData(CarriedImages.Repository)]
    public async Task Manifests_are_served_with_their_type_with_the_registry_before_the_path_and_without(string repository)
    {
        foreach (var (digest, type) in new[] { (_images.Single, MediaTypes.OciManifest), (_images.List, MediaTypes.OciIndex) })
        {
            using var answer = await GetAsync($"/v2/{repository}/manifests/{digest}");
            Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal(digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
        }
    }

    [Fact]
    public async Task Signatures_are_served_under_their_tag()
    {
        using var answer = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{BundleAttachment.TagOf(_images.Single)}");
        Assert.Equal(_images.Signature, Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
        using var tags = JsonDocument.Parse(await Http.GetStringAsync(new Uri(_node.Loopback, $"/v2/{CarriedImages.Path}/tags/list")));
        Assert.Equal([BundleAttachment.TagOf(_images.Single)], tags.RootElement.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()));
    }

    [Fact]
    public async Task A_signature_that_does_not_name_its_subject_is_no_referrer()
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(new Uri(_node.Loopback, $"/v2/{CarriedImages.Path}/referrers/{_images.Single}")));
        Assert.Equal(0, answer.RootElement.GetProperty("manifests").GetArrayLength());
    }

    [Fact]
    public async Task A_manifest_is_not_sent_again_to_whom_has_it()
    {
        using var first = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{_images.Single}");
        using var request = new HttpRequestMessage(HttpMethod.Get, first.RequestMessage!.RequestUri) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var again = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task What_is_not_here_yet_is_unknown_and_so_is_a_layer_as_a_manifest()
    {
        _node.Store.Delete(_images.List);
        foreach (var digest in new[] { _images.List, _images.Inventory.Blobs[0].Digest })
        {
            using var answer = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{digest}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_images_of_two_bundles_are_served_side_by_side_until_a_third_comes()
    {
        var other = await CarriedImages.StoreAsync(_node.Store, docker: true);
        _node.Index.TakeUp(Digest.Of("another"u8.ToArray()), other.Inventory);
        using (var both = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{other.List}"))
            Assert.Equal(MediaTypes.DockerManifestList, both.Content.Headers.ContentType!.MediaType);
        _node.Index.TakeUp(Digest.Of("a third"u8.ToArray()), other.Inventory);
        using (var dropped = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{_images.List}"))
            Assert.Equal(HttpStatusCode.NotFound, dropped.StatusCode);
        using var kept = await GetAsync($"/v2/{CarriedImages.Path}/manifests/{other.Single}");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(_node.Loopback, path));
}
