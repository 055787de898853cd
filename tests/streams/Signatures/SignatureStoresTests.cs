using System.Net;
using System.Text;
using System.Text.Json;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Tests.Signatures;

public sealed class SignatureStoresTests : IDisposable
{
    private static readonly Digest Release = Digest.Of("a release"u8);

    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Signatures_are_counted_from_one_until_there_is_no_more()
    {
        var search = await FindAsync(Store(("signature-1", "one"), ("signature-2", "two"), ("signature-4", "four")), "http://store/a/b/");

        Assert.Equal(["one", "two"], Texts(search));
        Assert.Equal([$"http://store/a/b/sha256={Release.Hex}/signature-1"], search.Signatures[0].From);
        Assert.Null(search.Signatures[0].Verdict);
        Assert.Equal((2, null), (search.Stores[0].Found, search.Stores[0].Failure));
    }

    [Fact]
    public async Task At_most_nine_are_asked_for()
    {
        using var http = new ScriptedHttp(static (url, _) => ScriptedHttp.Ok(Encoding.UTF8.GetBytes(url.ToString())));

        Assert.Equal(9, (await FindAsync(http, "http://store")).Signatures.Count);
        Assert.Equal(9, http.Requests);
    }

    [Fact]
    public async Task All_stores_are_asked_and_the_same_bytes_are_one_signature()
    {
        using var http = new ScriptedHttp(static (url, _) => url.Host switch
        {
            "broken" => ScriptedHttp.Status(HttpStatusCode.Forbidden),
            _ when url.AbsolutePath.EndsWith("-1", StringComparison.Ordinal) => ScriptedHttp.Ok("same"u8.ToArray()),
            _ => ScriptedHttp.Status(HttpStatusCode.NotFound),
        });

        var search = await FindAsync(http, "http://one", "http://broken", "http://two");

        Assert.Equal(["http://one", "http://two"], Assert.Single(search.Signatures).From.Select(static from => from[..10]));
        Assert.Equal([1, 0, 1], search.Stores.Select(static store => store.Found));
        Assert.Contains("403", search.Stores[1].Failure, StringComparison.Ordinal);
        Assert.Equal([false, true, false], search.Stores.Select(static store => store.Failure is not null));
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        using var http = new ScriptedHttp((_, request) => request switch
        {
            1 => ScriptedHttp.Status(HttpStatusCode.ServiceUnavailable),
            2 => throw new HttpRequestException("connection refused"),
            3 => ScriptedHttp.Ok("one"u8.ToArray()),
            _ => ScriptedHttp.Status(HttpStatusCode.NotFound),
        });
        var search = FindAsync(http, "http://store");

        Assert.Equal(1, http.Requests);
        await Advance(search, TimeSpan.FromSeconds(1));

        Assert.Equal(["one"], Texts(await search));
        Assert.Null((await search).Stores[0].Failure);
    }

    [Fact]
    public async Task A_server_that_stays_silent_is_a_failure_of_that_store()
    {
        using var http = new ScriptedHttp(static (_, _) => null);
        var search = FindAsync(http, "http://store");

        await Advance(search, TimeSpan.FromSeconds(30));

        Assert.Contains("no answer within 30 s", (await search).Stores[0].Failure, StringComparison.Ordinal);
        Assert.Equal(3, http.Requests);
    }

    [Fact]
    public async Task To_be_cancelled_is_no_failure_of_a_store()
    {
        using var http = new ScriptedHttp(static (_, _) => null);
        using var enough = new CancellationTokenSource();
        var search = new SignatureStores([SignatureStore.Parse("http://store")], new HttpClient(http), _time).FindAsync(Release, [], enough.Token);

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.InTime());
    }

    [Fact]
    public async Task What_is_too_large_to_be_a_signature_is_a_failure_and_what_is_empty_is_passed_over()
    {
        using var http = new ScriptedHttp(static (_, request) => ScriptedHttp.Ok(new byte[request == 1 ? 0 : ReleaseSignature.MaximumSize + 1]));

        var search = await FindAsync(http, "http://store");

        Assert.Empty(search.Signatures);
        Assert.Contains("not a signature store", search.Stores[0].Failure, StringComparison.Ordinal);
        Assert.Equal(2, http.Requests);
    }

    [Fact]
    public async Task A_folder_may_have_the_form_of_a_store_of_the_mirroring_tools_or_both()
    {
        Write($"sha256={Release.Hex}/signature-1", "one");
        Write($"sha256={Release.Hex}/signature-2", "two");
        Write($"signature-sha256-{Release.Hex[..16]}.json", ConfigMap(($"sha256-{Release.Hex}-2", "four"), ($"sha256-{Release.Hex}-1", "three"), ("sha256-00-1", "other")));
        Write("signature-configmap.json", ConfigMap(($"sha256-{Release.Hex}-1", "one")));
        Write($"4.18.1-x86_64-sha256-{Release.Hex}", "five");
        Write($"4.18.2-x86_64-sha256-{Digest.Of("other"u8).Hex}", "other");

        var search = await FindAsync(Store(), _folder.Path);

        Assert.Equal(["one", "two", "five", "three", "four"], Texts(search));
        Assert.Equal(2, search.Signatures[0].From.Count);
        Assert.Equal((6, null), (search.Stores[0].Found, search.Stores[0].Failure));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"binaryData":1}""")]
    [InlineData("""{"binaryData":{"sha256-HEX-1":1}}""")]
    [InlineData("""{"binaryData":{"sha256-HEX-1":"%"}}""")]
    public async Task A_file_that_is_no_ConfigMap_is_a_failure_of_the_folder(string text)
    {
        Write($"sha256={Release.Hex}/signature-1", "one");
        Write("signature-configmap.json", text.Replace("HEX", Release.Hex, StringComparison.Ordinal));

        var search = await FindAsync(Store(), _folder.Path);

        Assert.Equal(["one"], Texts(search));
        Assert.Contains("not a ConfigMap", search.Stores[0].Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_failure()
    {
        var search = await FindAsync(Store(), _folder.Sub("none"));

        Assert.Contains("no such folder", search.Stores[0].Failure, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_found_is_verified()
    {
        var folder = Fixtures.Path("signatures");
        var release = Digest.Parse("sha256:e3f12513a4b22a2d7c0e7c9207f52128113758d9d68c7d06b11a0ac7672966f7");
        var keyring = ReleaseKeyring.Load(Fixtures.Path("keys", "redhat.asc"));
        using var http = new HttpClient();

        var search = await new SignatureStores([SignatureStore.Parse(folder)], http, TimeProvider.System).FindAsync(release, [keyring], default);

        Assert.True(Assert.Single(search.Signatures).Verdict!.Valid);
    }

    [Fact]
    public async Task A_real_server_is_asked_for_the_paths_it_has()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Run(context => context.Request.Path == $"/release/sha256={Release.Hex}/signature-1"
            ? context.Response.WriteAsync("one")
            : Task.FromResult(context.Response.StatusCode = 404));
        await server.StartAsync();
        using var http = new HttpClient();

        var search = await new SignatureStores([SignatureStore.Parse(server.Urls.Single() + "/release")], http, TimeProvider.System)
            .FindAsync(Release, [], default).InTime();

        Assert.Equal(["one"], Texts(search));
        Assert.Null(search.Stores[0].Failure);
        await server.StopAsync();
    }

    [Fact]
    public void The_public_stores_are_URLs() =>
        Assert.Equal(["storage.googleapis.com", "mirror.openshift.com"], SignatureStore.Public.Select(static store => store.Url!.Host));

    private Task<SignatureSearch> FindAsync(ScriptedHttp http, params string[] stores) =>
        new SignatureStores([.. stores.Select(SignatureStore.Parse)], new HttpClient(http, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan }, _time)
            .FindAsync(Release, [], default);

    private Task Advance(Task search, TimeSpan by) => Until.TrueAsync(
        () =>
        {
            _time.Advance(by);
            return search.IsCompleted;
        },
        "the search ends");

    private static ScriptedHttp Store(params (string Name, string Text)[] files) => new((url, _) =>
        files.Where(file => url.AbsolutePath.EndsWith($"/sha256={Release.Hex}/{file.Name}", StringComparison.Ordinal)).Select(static file => file.Text).FirstOrDefault() is { } text
            ? ScriptedHttp.Ok(Encoding.UTF8.GetBytes(text))
            : ScriptedHttp.Status(HttpStatusCode.NotFound));

    private static IEnumerable<string> Texts(SignatureSearch search) => search.Signatures.Select(static found => Encoding.UTF8.GetString(found.Bytes.Span));

    private static string ConfigMap(params (string Key, string Text)[] entries) => JsonSerializer.Serialize(new
    {
        kind = "ConfigMap",
        binaryData = entries.ToDictionary(static entry => entry.Key, static entry => Encoding.UTF8.GetBytes(entry.Text)),
    });

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Sub(name))!);
        File.WriteAllText(_folder.Sub(name), text);
    }
}
