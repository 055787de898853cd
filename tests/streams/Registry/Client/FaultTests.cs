using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>What goes wrong at a registry or on the way, and what becomes of the blob.</summary>
public sealed class FaultTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        await using var site = new FaultySite(3 * MiB);
        var registry = await site.ServeAsync(context => site.BrokenAsync(context, 2 * MiB), site.WholeAsync);
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();

        Assert.True(site.Target.IsComplete);
        var resumed = registry.Seen.Single(static request => request.Range is not null).Range!;
        Assert.InRange(int.Parse(resumed["bytes=".Length..^1]), MiB, 2 * MiB);
        Assert.Single(site.Notices);
    }

    [Fact]
    public async Task What_the_target_has_already_is_not_asked_for()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(site.WholeAsync);
        var target = new CollectingTarget(site.Blob, site.Bytes[..40_000]);
        await site.Client(registry).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, target, default).InTime();
        Assert.True(target.IsComplete);
        Assert.Equal("bytes=40000-", Assert.Single(registry.Seen).Range);

        var whole = new CollectingTarget(site.Blob, site.Bytes);
        await site.Client(registry).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, whole, default).InTime();
        Assert.True(whole.IsComplete);
        Assert.Single(registry.Seen);
    }

    [Fact]
    public async Task A_registry_that_gives_the_whole_instead_of_the_rest_is_read_past_what_is_known()
    {
        await using var site = new FaultySite(3 * MiB);
        var registry = await site.ServeAsync(
            context => site.BrokenAsync(context, 2 * MiB),
            context => context.Response.Body.WriteAsync(site.Bytes).AsTask());
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
    }

    [Theory]
    [InlineData("bytes 5-99999/100000")]
    [InlineData("bytes 40001-99999/100000")]
    [InlineData("items 40000-99999/100000")]
    [InlineData(null)]
    public async Task Another_part_than_was_asked_for_is_not_taken(string? contentRange)
    {
        await using var site = new FaultySite(100_000);
        var registry = await site.ServeAsync(
            async context =>
            {
                context.Response.StatusCode = 206;
                context.Response.Headers.ContentRange = contentRange;
                await context.Response.Body.WriteAsync(site.Bytes.AsMemory(0, 60_000));
            },
            site.WholeAsync);
        var target = new CollectingTarget(site.Blob, site.Bytes[..40_000]);
        await site.Client(registry).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, target, default).InTime();
        Assert.Equal(site.Bytes, target.Bytes);
        Assert.Equal(["bytes=40000-", null], registry.Seen.Select(static request => request.Range));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(FaultySite.Status(status), FaultySite.Status(status), site.WholeAsync);
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();
        Assert.True(site.Target.IsComplete);
        Assert.Equal(2, site.Notices.Count);
        Assert.All(site.Notices, notice => Assert.Contains($"answered {status}", notice.Why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, Reasons.RegistryRefused)]
    [InlineData(401, Reasons.RegistryUnauthorized)]
    [InlineData(403, Reasons.RegistryUnauthorized)]
    [InlineData(404, Reasons.RegistryUnknown)]
    [InlineData(451, Reasons.RegistryRefused)]
    [InlineData(501, Reasons.RegistryRefused)]
    public async Task What_will_not_pass_is_not_tried_again(int status, string reason)
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("""{"errors":[{"code":"WHY","message":"because\nof it"}]}""");
        });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a/b").InTime());
        Assert.Equal(reason, e.Reason);
        Assert.Contains($"{registry.Authority}/a/b answered {status} (WHY: becauseof it)", e.Message, StringComparison.Ordinal);
        Assert.Contains(site.Blob.Digest.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Single(registry.Seen);
    }

    [Fact]
    public async Task A_registry_is_left_alone_for_as_long_as_it_wants()
    {
        await using var site = new FaultySite();
        var until = site.Time.GetUtcNow() + TimeSpan.FromSeconds(300);
        var registry = await site.ServeAsync(
            FaultySite.Status(429, ("Retry-After", "120")), FaultySite.Status(503, ("Retry-After", until.ToString("R"))), site.WholeAsync);
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();
        Assert.Equal([TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(180)], site.Notices.Select(static notice => notice.Delay));
        Assert.Equal(until, site.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_registry_that_wants_to_be_left_alone_for_too_long_ends_it()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(FaultySite.Status(429, ("Retry-After", "3600")));
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryUnreachable, e.Reason);
        Assert.Contains("left alone for 60 minutes", e.Message, StringComparison.Ordinal);
        Assert.Single(registry.Seen);
    }

    [Fact]
    public async Task After_ten_minutes_without_a_byte_it_is_given_up_with_the_last_error()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(FaultySite.Status(503));
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryUnreachable, e.Reason);
        Assert.Contains("nothing came for 10 minutes", e.Message, StringComparison.Ordinal);
        Assert.Contains("answered 503", e.Message, StringComparison.Ordinal);
        Assert.InRange(site.Time.Now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        Assert.True(site.Notices.Last().Delay > site.Notices.First().Delay);
        Assert.All(site.Notices, static notice => Assert.InRange(notice.Delay, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_slow_registry_that_sends_something_each_time_is_never_given_up()
    {
        await using var site = new FaultySite(100_000);
        var registry = await site.ServeAsync(async context =>
        {
            // Four minutes of failures between any two bytes.
            if (site.Notices.Count % 12 != 11)
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "20";
                return;
            }

            var from = FaultySite.From(context);
            var to = Math.Min(from + 10_000, site.Bytes.Length);
            context.Response.StatusCode = from > 0 ? 206 : 200;
            if (from > 0)
                context.Response.Headers.ContentRange = $"bytes {from}-{to - 1}/{site.Bytes.Length}";
            await context.Response.Body.WriteAsync(site.Bytes.AsMemory(from..to));
        });
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
        Assert.True(site.Time.Now > TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task A_network_that_is_gone_for_minutes_is_survived()
    {
        await using var site = new FaultySite(3 * MiB);
        var registry = await site.ServeAsync(context => site.BrokenAsync(context, 2 * MiB));
        var client = new RegistryClient(
            new RegistryClientOptions { InsecureRegistries = [registry.Authority], SilenceTimeout = JumpingTime.Long }, site.Time, notice =>
            {
                site.Notices.Enqueue(notice);
                // It comes back as another server at the same address.
                if (site.Notices.Count == 1)
                    registry.DisposeAsync().AsTask().Wait();
                if (site.Notices.Count == 12)
                    registry = ScriptedRegistry.StartAsync(site.WholeAsync, port: registry.Endpoint.Port).Result;
            });
        using (client)
            await site.FetchAsync(client, $"{registry.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
        Assert.True(site.Time.Now > TimeSpan.FromMinutes(1));
        await registry.DisposeAsync();
    }

    [Fact]
    public async Task A_registry_that_falls_silent_is_asked_again()
    {
        await using var site = new FaultySite(3 * MiB);
        var stalled = new TaskCompletionSource();
        var registry = await site.ServeAsync(
            async context =>
            {
                await site.BeginAsync(context, 2 * MiB);
                stalled.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            },
            site.WholeAsync);
        var client = site.Client(new RegistryClientOptions { InsecureRegistries = [registry.Authority], GiveUpAfter = TimeSpan.MaxValue / 2 });
        var fetch = site.FetchAsync(client, $"{registry.Authority}/a");
        await stalled.Task.InTime();
        await Until.TrueAsync(() => site.Target.Position >= MiB, "the target has what was sent");
        Assert.False(fetch.IsCompleted);
        // Whatever was still on its way restarts the silence: end it until it was heard.
        await Until.TrueAsync(
            () =>
            {
                site.Time.Advance(JumpingTime.Long);
                return fetch.IsCompleted || registry.Seen.Count > 1;
            },
            "the registry was asked again");
        await fetch.InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
        Assert.Contains("silent", site.Notices.First().Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_bytes_are_fetched_again_once()
    {
        await using var site = new FaultySite();
        var wrong = Blobs.Bytes(site.Bytes.Length, 2);
        var registry = await site.ServeAsync(context => context.Response.Body.WriteAsync(wrong).AsTask(), site.WholeAsync);
        await site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);

        var always = await site.ServeAsync(context => context.Response.Body.WriteAsync(wrong).AsTask());
        await using var other = new FaultySite();
        var e = await Assert.ThrowsAsync<ContentException>(() => other.FetchAsync(other.Client(always), $"{always.Authority}/a").InTime());
        Assert.Equal((Reasons.DigestMismatch, other.Blob.Digest), (e.Reason, e.Digest));
        Assert.Equal(2, always.Seen.Count);
        Assert.Equal(0, other.Target.Position);
    }

    [Theory]
    [InlineData(99_999, true)]
    [InlineData(100_001, true)]
    [InlineData(100_001, false)]
    [InlineData(3 * MiB, false)]
    public async Task A_blob_of_another_size_is_not_taken(int size, bool announced)
    {
        await using var site = new FaultySite(100_000);
        var registry = await site.ServeAsync(async context =>
        {
            if (announced)
                context.Response.ContentLength = size;
            await context.Response.Body.WriteAsync(Blobs.Bytes(size));
        });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.SizeMismatch, e.Reason);
        Assert.Equal(2, registry.Seen.Count);
    }

    [Fact]
    public async Task A_body_that_ends_early_is_continued_until_no_more_comes()
    {
        await using var site = new FaultySite(100_000);
        var registry = await site.ServeAsync(context =>
        {
            var from = FaultySite.From(context);
            context.Response.StatusCode = from > 0 ? 206 : 200;
            if (from > 0)
                context.Response.Headers.ContentRange = $"bytes {from}-99999/100000";
            return context.Response.Body.WriteAsync(site.Bytes.AsMemory(from, Math.Min(30_000, 70_000 - from))).AsTask();
        });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.SizeMismatch, e.Reason);
        Assert.Equal(70_000, site.Target.Position);
    }

    [Fact]
    public async Task A_fault_of_the_target_is_not_taken_for_one_of_the_network()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(site.WholeAsync);
        var target = new CollectingTarget(site.Blob) { Broken = new IOException("the disk is gone") };
        var e = await Assert.ThrowsAsync<IOException>(() =>
            site.Client(registry).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, target, default).InTime());
        Assert.Same(target.Broken, e);
        Assert.Single(registry.Seen);
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_kept_waiting()
    {
        await using var site = new FaultySite();
        using var stop = new CancellationTokenSource();
        var registry = await site.ServeAsync(async context =>
        {
            await site.BeginAsync(context, 1000);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            site.Client(registry).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, site.Target, stop.Token).InTime());
        Assert.Empty(site.Notices);
    }

    [Fact]
    public async Task No_more_requests_are_made_at_once_than_allowed()
    {
        await using var site = new FaultySite();
        var (now, most) = (0, 0);
        var full = new TaskCompletionSource();
        var registry = await site.ServeAsync(async context =>
        {
            var count = Interlocked.Increment(ref now);
            most = Math.Max(most, count);
            if (count == 2)
                full.TrySetResult();
            await full.Task;
            Interlocked.Decrement(ref now);
            await site.WholeAsync(context);
        });
        var client = site.Client(new RegistryClientOptions { InsecureRegistries = [registry.Authority], ConnectionsPerHost = 2 });
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, 1 << 20, default))).InTime();
        Assert.Equal(2, most);
    }
}
