using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class WatchedFolderMediaSourceTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _media;
    private readonly WatchedFolderMediaSource _source;

    public WatchedFolderMediaSourceTests()
    {
        _media = _folder.MakeFolder("media");
        _source = new WatchedFolderMediaSource(_media, TimeProvider.System);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_reported_only_when_nobody_writes_it_any_more()
    {
        await using var watch = MediaWatch.Begin(_source);
        await using (var writer = File.Create(At("upgrade-slow.tar")))
        {
            await writer.WriteAsync(new byte[1000]);
            await writer.FlushAsync();
            await ExpectNothingAsync(watch, 1);
            await writer.WriteAsync(new byte[1000]);
            await writer.FlushAsync();
            File.SetUnixFileMode(At("upgrade-slow.tar"), UnixFileMode.UserRead);
            await ExpectNothingAsync(watch, 2);
        }
        var came = await watch.NextAsync();
        Assert.True(came.Present);
        Assert.Equal($"{At("upgrade-slow.tar")} (2.0 kB)", came.Medium.Name);
    }

    [Fact]
    public async Task A_file_that_was_being_written_when_watching_began_is_reported_when_it_is_complete()
    {
        MediaWatch watch;
        await using (var writer = File.Create(At("upgrade-slow.tar")))
        {
            await writer.WriteAsync(new byte[1000]);
            await writer.FlushAsync();
            watch = MediaWatch.Begin(_source);
            await ExpectNothingAsync(watch, 1);
        }
        Assert.Contains("upgrade-slow.tar", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_file_written_again_goes_and_comes_under_a_new_id()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[100]);
        var first = await watch.NextAsync();
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[101]);
        var gone = await watch.NextAsync();
        var second = await watch.NextAsync();
        Assert.Equal((first.Medium, false, true), (gone.Medium, gone.Present, second.Present));
        Assert.NotEqual(first.Medium.Id, second.Medium.Id);
        await Assert.ThrowsAsync<ContentException>(() => _source.OpenAsync(first.Medium, default).AsTask());
    }

    [Fact]
    public async Task A_file_opened_for_writing_and_left_alone_or_given_other_rights_is_still_the_same()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[100]);
        var came = await watch.NextAsync();
        File.Open(At("upgrade-a.tar"), FileMode.Open, FileAccess.Write).Dispose();
        File.SetUnixFileMode(At("upgrade-a.tar"), UnixFileMode.UserRead);
        await ExpectNothingAsync(watch, 1);
        await using var stream = await _source.OpenAsync(came.Medium, default);
        Assert.Equal(100, stream.Length);
    }

    [Fact]
    public async Task A_file_renamed_goes_under_its_old_name_and_comes_under_its_new_one()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[100]);
        var first = await watch.NextAsync();
        File.Move(At("upgrade-a.tar"), At("upgrade-b.tar"));
        var changes = new[] { await watch.NextAsync(), await watch.NextAsync() };
        Assert.Equal(first.Medium, Assert.Single(changes, static change => !change.Present).Medium);
        var second = Assert.Single(changes, static change => change.Present).Medium;
        Assert.Contains("upgrade-b.tar", second.Name, StringComparison.Ordinal);
        Assert.NotEqual(first.Medium.Id, second.Id);
    }

    [Fact]
    public async Task A_file_linked_into_place_is_reported()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(_folder.At("elsewhere"), new byte[100]);
        await Tool.RunAsync("ln", _folder.At("elsewhere"), At("upgrade-a.tar"));
        Assert.True((await watch.NextAsync()).Present);
    }

    [Fact]
    public async Task Links_folders_pipes_hidden_empty_and_other_files_are_no_media()
    {
        await File.WriteAllBytesAsync(_folder.At("real"), new byte[100]);
        File.CreateSymbolicLink(At("upgrade-link.tar"), _folder.At("real"));
        await MakeAllAsync("upgrade-x");
        await using var watch = MediaWatch.Begin(_source);
        await ExpectNothingAsync(watch, 1);
        File.CreateSymbolicLink(At("upgrade-link2.tar"), _folder.At("real"));
        await MakeAllAsync("upgrade-y");
        await ExpectNothingAsync(watch, 2);

        async Task MakeAllAsync(string stem)
        {
            Directory.CreateDirectory(At($"{stem}-folder.tar"));
            await Tool.RunAsync("mkfifo", At($"{stem}-pipe.tar"));
            await File.WriteAllBytesAsync(At($".{stem}.tar"), new byte[10]);
            await File.WriteAllBytesAsync(At($"{stem}-empty.tar"), []);
            await File.WriteAllBytesAsync(At($"{stem}.tar.part"), new byte[10]);
            await File.WriteAllBytesAsync(At($"other-{stem}.tar"), new byte[10]);
        }
    }

    [Fact]
    public async Task A_file_exchanged_for_a_link_is_not_opened()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[100]);
        var medium = (await watch.NextAsync()).Medium;
        File.Move(At("upgrade-a.tar"), _folder.At("real"));
        File.CreateSymbolicLink(At("upgrade-a.tar"), _folder.At("real"));
        var refused = await Assert.ThrowsAsync<ContentException>(() => _source.OpenAsync(medium, default).AsTask());
        Assert.Equal(Reasons.ReadFailed, refused.Reason);
    }

    [Fact]
    public async Task A_name_that_would_play_with_the_terminal_is_shown_harmlessly_and_opened_all_the_same()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-\n\e[2J\u202e.tar"), new byte[100]);
        var medium = (await watch.NextAsync()).Medium;
        Assert.Contains("upgrade-\\u{a}\\u{1b}[2J\\u{202e}.tar (100 B)", medium.Name, StringComparison.Ordinal);
        await using var stream = await _source.OpenAsync(medium, default);
        Assert.Equal(100, stream.Length);
    }

    [Fact]
    public async Task A_name_that_is_not_text_does_no_harm()
    {
        await Tool.RunAsync("sh", "-c", $"printf x >\"{_media}/$(printf 'upgrade-\\351.tar')\"");
        await using var watch = MediaWatch.Begin(_source);
        await Tool.RunAsync("sh", "-c", $"printf x >\"{_media}/$(printf 'upgrade-\\352.tar')\"");
        await ExpectNothingAsync(watch, 1);
    }

    [Fact]
    public async Task Ten_thousand_files_are_all_reported()
    {
        const int Half = 5_000;
        for (var i = 0; i < Half; i++)
            File.WriteAllBytes(At($"upgrade-{i}.tar"), [1]);
        await using var watch = MediaWatch.Begin(_source);
        for (var i = Half; i < 2 * Half; i++)
            File.WriteAllBytes(At($"upgrade-{i}.tar"), [1]);
        var ids = new HashSet<string>();
        while (ids.Count < 2 * Half)
        {
            var change = await watch.NextAsync();
            Assert.True(change.Present);
            ids.Add(change.Medium.Id);
        }
        Assert.Empty(watch.Waiting());
    }

    [Fact]
    public async Task A_file_opened_for_writing_again_and_again_while_it_is_looked_at_does_no_harm()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[10]);
        for (var i = 0; i < 3000; i++)
            File.Open(At("upgrade-a.tar"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
        Assert.True((await watch.NextAsync()).Present);
        await ExpectNothingAsync(watch, 1);
    }

    [SkippableFact]
    public async Task What_was_read_does_not_stay_in_the_page_cache()
    {
        const int Size = 64 << 20;
        Tool.Need("fincore");
        Skip.If(new DriveInfo(_media).DriveFormat == "tmpfs", "a file system in memory is its own cache");
        await using (var writer = File.Create(_folder.At("big")))
        {
            await writer.WriteAsync(new byte[Size]);
            writer.Flush(flushToDisk: true);
        }
        File.Move(_folder.At("big"), At("upgrade-a.tar"));
        await using var watch = MediaWatch.Begin(_source);
        await using (var stream = await _source.OpenAsync((await watch.NextAsync()).Medium, default))
            await stream.CopyToAsync(Stream.Null);
        var cached = long.Parse(await Tool.RunAsync("fincore", "--bytes", "--noheadings", "--output", "RES", At("upgrade-a.tar")));
        Assert.InRange(cached, 0, Size / 4);
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_kernel_drops_events()
    {
        await using var changes = _source.WatchAsync(default).GetAsyncEnumerator();
        await File.WriteAllBytesAsync(At("upgrade-0.tar"), [1]);
        Assert.True(await changes.MoveNextAsync());

        // Nobody takes events now; each round makes four or more, and the kernel keeps 16384 by default.
        var limit = int.Parse(await File.ReadAllTextAsync("/proc/sys/fs/inotify/max_queued_events"));
        for (var i = 0; i < limit / 2; i++)
        {
            File.WriteAllBytes(At("other"), []);
            File.Delete(At("other"));
        }
        File.Move(At("upgrade-0.tar"), _folder.At("away"));
        await File.WriteAllBytesAsync(At("upgrade-1.tar"), [1]);

        var seen = new List<bool>();
        while (seen.Count < 2)
        {
            Assert.True(await changes.MoveNextAsync());
            seen.Add(changes.Current.Present);
        }
        Assert.Equal([false, true], seen.Order());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var source = new WatchedFolderMediaSource(_folder.At("missing"), TimeProvider.System);
        await using var changes = source.WatchAsync(default).GetAsyncEnumerator();
        var refused = await Assert.ThrowsAsync<ContentException>(() => changes.MoveNextAsync().AsTask());
        Assert.Contains(_folder.At("missing"), refused.Message, StringComparison.Ordinal);
        Assert.Contains("media.folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_folder_goes_its_media_go_and_the_watch_ends_with_an_error()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), [1]);
        Assert.True((await watch.NextAsync()).Present);
        Directory.Move(_media, _folder.At("moved"));
        Assert.False((await watch.NextAsync()).Present);
        var ended = await Assert.ThrowsAnyAsync<Exception>(() => watch.NextAsync());
        Assert.Contains(_media, (ended.InnerException ?? ended).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_cut_short_while_it_is_read_is_a_read_that_failed_at_its_offset()
    {
        await using var watch = MediaWatch.Begin(_source);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), new byte[30_000_000]);
        var medium = (await watch.NextAsync()).Medium;
        await using var stream = await _source.OpenAsync(medium, default);
        await stream.ReadExactlyAsync(new byte[50_000]);
        // Farther on than is read ahead.
        using (var writer = File.OpenWrite(At("upgrade-a.tar")))
            writer.SetLength(20_000_001);
        var failed = await Assert.ThrowsAsync<ContentException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal((Reasons.ReadFailed, 20_000_001L), (failed.Reason, failed.Offset));
        Assert.Contains(medium.Name, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_medium_can_be_read_from_any_place()
    {
        var content = new byte[20 << 20];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(At("upgrade-a.tar"), content);
        await using var watch = MediaWatch.Begin(_source);
        await using var stream = await _source.OpenAsync((await watch.NextAsync()).Medium, default);
        var buffer = new byte[1 << 20];
        foreach (var offset in (int[])[0, 19 << 20, 5, 10 << 20, 0])
        {
            stream.Seek(offset, SeekOrigin.Begin);
            stream.ReadExactly(buffer);
            Assert.True(content.AsSpan(offset, buffer.Length).SequenceEqual(buffer));
        }
        stream.Seek(0, SeekOrigin.End);
        Assert.Equal(0, stream.Read(buffer));
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
    }

    private string At(string name) => Path.Combine(_media, name);

    /// <summary>Events come in order: when a file put there now is reported next, there was nothing before it.</summary>
    private async Task ExpectNothingAsync(MediaWatch watch, int number)
    {
        await File.WriteAllBytesAsync(_folder.At("marker"), [1]);
        File.Move(_folder.At("marker"), At($"upgrade-marker{number}.tar"));
        Assert.Contains($"upgrade-marker{number}.tar", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
        Assert.Empty(watch.Waiting());
    }
}
