using System.Text;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class SealedStoreProofTests(ProvedStore proved) : IClassFixture<ProvedStore>
{
    private const string ImagesFile = "overlay-images/images.json", LayersFile = "overlay-layers/layers.json";

    [SkippableFact]
    public async Task A_copy_that_nobody_touched_is_proved_with_all_its_bytes()
    {
        var proof = await proved.ProveAsync(await proved.CopyAsync(), new StoreProofOptions { Parallelism = 3 });
        Assert.Empty(proof.Violations);
        Assert.True(proof.Holds);
        Assert.Equal((4, 4), (proof.Images, proof.Layers));
        Assert.InRange(proof.Bytes, 6_000_000, 7_000_000);
    }

    [SkippableFact]
    public Task A_file_that_was_added_is_found() =>
        FindsAsync(Reasons.StoreContentUnexpected, "bin/planted", diff => File.WriteAllText(Path.Combine(diff, "bin/planted"), "x"));

    [SkippableFact]
    public Task A_folder_that_was_added_is_found() =>
        FindsAsync(Reasons.StoreContentUnexpected, "etc", diff => Directory.CreateDirectory(Path.Combine(diff, "etc", "cron.d")));

    [SkippableFact]
    public Task A_device_that_was_added_is_found() =>
        FindsAsync(Reasons.StoreContentUnexpected, "dev/mem", diff => Assert.Equal(0, LibC.MakeNode(Path.Combine(diff, "dev/mem"), FileStatus.CharacterDevice, 0x101)));

    [SkippableFact]
    public Task A_file_that_is_missing_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "empty", diff => File.Delete(Path.Combine(diff, "empty")));

    [SkippableFact]
    public Task A_byte_that_was_changed_is_found() => FindsAsync(Reasons.StoreLayerMismatch, "", diff =>
    {
        using var file = File.OpenWrite(Path.Combine(diff, "noted"));
        file.Position = 50_000;
        file.WriteByte(1);
    });

    [SkippableFact]
    public Task A_file_that_a_power_cut_left_empty_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "noted", diff => File.WriteAllBytes(Path.Combine(diff, "noted"), []), "has 0 bytes");

    [SkippableFact]
    public Task A_file_that_became_longer_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "noted", diff => File.AppendAllText(Path.Combine(diff, "noted"), "more"));

    [SkippableFact]
    public Task A_mode_that_was_changed_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "bin/ping", diff => File.SetUnixFileMode(Path.Combine(diff, "bin/ping"), File.GetUnixFileMode(Path.Combine(diff, "bin/ping")) | UnixFileMode.SetUser), "has mode 4755, not 0755");

    [SkippableFact]
    public Task A_mode_of_a_folder_that_was_changed_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "implied", diff => File.SetUnixFileMode(Path.Combine(diff, "implied"), (UnixFileMode)0x1FF), "has mode 0777, not 0755");

    [SkippableFact]
    public Task A_mode_of_the_layers_own_folder_that_was_changed_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "", diff => File.SetUnixFileMode(diff, (UnixFileMode)0x1FF), "has mode 0777, not 0555");

    [SkippableFact]
    public Task An_owner_that_was_changed_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "shadow", diff => Assert.Equal(0, LibC.ChangeOwner(Path.Combine(diff, "shadow"), 1000, 0)), "belongs to 1000:0, not to 0:0");

    [SkippableFact]
    public Task A_link_that_points_elsewhere_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "bin/sh", diff => Replace(diff, "bin/sh", static path => Assert.Equal(0, Link("/tmp/evil", path))), "points to \"/tmp/evil\"");

    [SkippableFact]
    public async Task A_hard_link_that_became_a_file_is_found()
    {
        var store = await proved.CopyAsync();
        Replace(proved.DiffOf(store), "bin/hard", static path =>
        {
            File.WriteAllBytes(path, new byte[5000]);
            File.SetUnixFileMode(path, (UnixFileMode)0x9ED);
        });
        var found = Assert.Single((await proved.ProveAsync(store)).Violations);
        Assert.Contains("is not a hard link", found.Sentence, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Two_files_that_became_one_are_found()
    {
        var store = await proved.CopyAsync();
        var diff = proved.DiffOf(store);
        File.Delete(Path.Combine(diff, "noted"));
        await Tool.RunAsync("ln", Path.Combine(diff, "shadow"), Path.Combine(diff, "noted"));
        Assert.Contains((await proved.ProveAsync(store)).Violations, static found => found.Sentence.Contains("is one with something that it should be no hard link to", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_file_that_two_layers_share_is_found_even_if_both_should_have_the_same()
    {
        var store = await proved.CopyAsync();
        var files = Directory.GetDirectories(Path.Combine(store, "overlay")).Select(static layer => Path.Combine(layer, "diff", "top")).Where(File.Exists).ToList();
        Assert.Equal(2, files.Count);
        File.Delete(files[1]);
        await Tool.RunAsync("ln", files[0], files[1]);
        var found = Assert.Single((await proved.ProveAsync(store)).Violations);
        Assert.Equal(Reasons.StoreLayerMismatch, found.Reason);
        Assert.Contains("\"top\" is one with something in layer", found.Sentence, StringComparison.Ordinal);
    }

    [SkippableFact]
    public Task A_device_of_another_number_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "dev/null", diff => Replace(diff, "dev/null", static path => Device(path, FileStatus.CharacterDevice | 0x1B6, 0x101)), "is device 1:1, not 1:3");

    [SkippableFact]
    public Task A_removed_name_that_became_a_device_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "gone", diff => Replace(diff, "gone", static path => Device(path, FileStatus.CharacterDevice, 0x103)), "is device 1:3, not 0:0");

    [SkippableFact]
    public Task A_file_in_the_place_of_a_folder_is_found() => FindsAsync(Reasons.StoreLayerMismatch, "late", diff =>
    {
        Directory.Delete(Path.Combine(diff, "late"), recursive: true);
        File.CreateSymbolicLink(Path.Combine(diff, "late"), "/etc");
    }, "is a symbolic link, not a folder");

    [SkippableFact]
    public async Task An_opaque_folder_that_shows_what_is_below_it_is_found()
    {
        Tool.Need("python3");
        await FindsAsync(Reasons.StoreLayerMismatch, "opaque", static diff => Python($"os.removexattr({Quote(Path.Combine(diff, "opaque"))}, 'trusted.overlay.opaque')"), "trusted.overlay.opaque");
    }

    [SkippableFact]
    public Task A_folder_that_hides_what_is_below_it_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "bin", static diff => SetAttribute(Path.Combine(diff, "bin"), "trusted.overlay.opaque", "y"), "trusted.overlay.opaque");

    [SkippableFact]
    public Task A_capability_that_was_added_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "noted", static diff => SetAttribute(Path.Combine(diff, "noted"), "security.capability", "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "security.capability");

    [SkippableFact]
    public Task An_attribute_that_was_changed_is_found() =>
        FindsAsync(Reasons.StoreLayerMismatch, "noted", static diff => SetAttribute(Path.Combine(diff, "noted"), "user.note", "another"), "user.note");

    [SkippableFact]
    public async Task Two_layers_that_changed_places_are_found()
    {
        var store = await proved.CopyAsync();
        var (everything, middle) = (proved.DiffOf(store), ProvedStore.LayerOf(store, "middle"));
        Directory.Move(everything, everything + ".x");
        Directory.Move(middle, everything);
        Directory.Move(everything + ".x", middle);
        var proof = await proved.ProveAsync(store);
        Assert.Contains(proof.Violations, static found => found.Reason == Reasons.StoreContentUnexpected && found.Path.EndsWith("/diff/middle", StringComparison.Ordinal));
        Assert.Contains(proof.Violations, static found => found.Reason == Reasons.StoreLayerMismatch && found.Path.EndsWith("/diff/bin/ping", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(ImagesFile, "registry.example/mirror@", "registry.example/another@", Reasons.StoreImageMissing, Reasons.StoreContentUnexpected)]
    [InlineData(ImagesFile, "\"names\":[", "\"names\":[\"docker.io/library/alpine:latest\",", Reasons.StoreContentUnexpected)]
    [InlineData(ImagesFile, "\"names\":[", "\"Names\":[],\"names\":[", Reasons.StoreDamaged, Reasons.StoreImageMissing)]
    [InlineData(ImagesFile, "\"names\":[", "\"names\":[],\"names\":[", Reasons.StoreDamaged, Reasons.StoreImageMissing)]
    [InlineData(ImagesFile, "\"manifest\":", "\"manifest\":1", Reasons.StoreImageMismatch)]
    [InlineData(ImagesFile, "[{", "[{\"mapped-layers\":[\"x\"],", Reasons.StoreDamaged)]
    [InlineData(ImagesFile, "[{", "[{\"id\":\"../../../../etc\"},{", Reasons.StoreDamaged)]
    [InlineData(ImagesFile, "[{", "{", Reasons.StoreDamaged)]
    [InlineData(LayersFile, "[{", "[{\"flags\":{\"incomplete\":true},", Reasons.StoreDamaged)]
    [InlineData(LayersFile, "[{", "[{\"id\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"diff-digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"},{", Reasons.StoreContentUnexpected)]
    [InlineData(LayersFile, "\"parent\":\"", "\"parent\":\"../", Reasons.StoreDamaged)]
    public async Task A_record_that_says_something_else_is_found(string file, string text, string instead, params string[] reasons)
    {
        var store = await proved.CopyAsync();
        var path = Path.Combine(store, file);
        var json = await File.ReadAllTextAsync(path);
        var at = json.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, json);
        await File.WriteAllTextAsync(path, json[..at] + instead + json[(at + text.Length)..]);
        Assert.Superset(reasons.ToHashSet(), (await proved.ProveAsync(store)).Violations.Select(static found => found.Reason).ToHashSet());
    }

    [SkippableFact]
    public async Task An_image_too_many_and_a_layer_too_many_are_found()
    {
        var store = await proved.CopyAsync();
        var wanted = proved.Site.Images.Where(static image => image.List is null).ToList();
        var proof = await new SealedStoreProof(new StoreProofOptions()).RunAsync(new StoreView(store, OwnersKnown: true), wanted, null, default);
        Assert.Equal(3, proof.Violations.Count);
        Assert.All(proof.Violations, static found => Assert.Equal(Reasons.StoreContentUnexpected, found.Reason));
        Assert.Equal(2, proof.Violations.Count(static found => found.Path == LayersFile));
    }

    [SkippableFact]
    public async Task A_document_with_another_byte_is_found()
    {
        var store = await proved.CopyAsync();
        var image = proved.Site.Images[0];
        var config = Path.Combine(store, "overlay-images", image.ConfigDigest.Hex, "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(image.ConfigDigest.ToString())));
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("linux", "Linux", StringComparison.Ordinal));
        var found = Assert.Single((await proved.ProveAsync(store)).Violations);
        Assert.Equal((Reasons.StoreImageMismatch, image.Name), (found.Reason, found.Image));
    }

    [SkippableTheory]
    [InlineData("overlay-layers/volatile-layers.json")]
    [InlineData("overlay-images/more.json")]
    [InlineData("overlay/l/AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("overlay/more")]
    [InlineData("storage.conf")]
    [InlineData("more\n\u001b[2J")]
    public async Task A_file_that_no_store_has_is_found(string name)
    {
        var store = await proved.CopyAsync();
        await File.WriteAllTextAsync(Path.Combine(store, name), "[]");
        var found = Assert.Single((await proved.ProveAsync(store)).Violations);
        Assert.Equal(Reasons.StoreContentUnexpected, found.Reason);
        Assert.DoesNotContain(found.Sentence + found.Path, static character => char.IsControl(character));
    }

    [SkippableFact]
    public async Task References_between_layers_that_lead_elsewhere_are_found()
    {
        var store = await proved.CopyAsync();
        var top = Path.GetDirectoryName(ProvedStore.LayerOf(store, "top"))!;
        await File.WriteAllTextAsync(Path.Combine(top, "lower"), "l/../../../../../etc");
        var link = Path.Combine(store, "overlay", "l", await File.ReadAllTextAsync(Path.Combine(top, "link")));
        File.Delete(link);
        File.CreateSymbolicLink(link, "../../../../etc");
        await File.WriteAllTextAsync(Path.Combine(ProvedStore.LayerOf(store, "middle"), "..", "link"), "../../../../../../../../etc");
        var found = (await proved.ProveAsync(store)).Violations.Where(static one => one.Reason == Reasons.StoreDamaged).Select(static one => one.Path).ToList();
        Assert.Contains(found, path => path == Path.GetRelativePath(store, Path.Combine(top, "lower")));
        Assert.Contains(found, path => path == Path.GetRelativePath(store, link));
        Assert.Contains(found, static path => path.EndsWith("/link", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("overlay-images")]
    [InlineData("overlay-layers")]
    public async Task No_symbolic_link_is_followed_even_to_what_would_be_right(string folder)
    {
        var (store, genuine) = (await proved.CopyAsync(), await proved.CopyAsync());
        Directory.Delete(Path.Combine(store, folder), recursive: true);
        File.CreateSymbolicLink(Path.Combine(store, folder), Path.Combine(genuine, folder));
        Assert.Contains((await proved.ProveAsync(store)).Violations, static found => found.Reason == Reasons.StoreDamaged);
    }

    [SkippableFact]
    public Task A_fifo_in_the_place_of_a_file_is_found_and_not_waited_for() =>
        FindsAsync(Reasons.StoreLayerMismatch, "noted", diff => Replace(diff, "noted", static path => Device(path, FileStatus.Fifo | 0x1A4, 0)), "not a regular file");

    [SkippableFact]
    public async Task Everything_that_is_wrong_is_found_at_once_and_more_than_the_limit_is_counted()
    {
        var store = await proved.CopyAsync();
        var diff = proved.DiffOf(store);
        foreach (var number in Enumerable.Range(0, 20))
            await File.WriteAllTextAsync(Path.Combine(diff, $"more-{number}"), "");
        Assert.Equal(20, (await proved.ProveAsync(store)).Violations.Count);
        var limited = await proved.ProveAsync(store, new StoreProofOptions { MaxViolations = 5 });
        Assert.Equal((5, 15), (limited.Violations.Count, limited.Omitted));
        Assert.False(limited.Holds);
    }

    [SkippableTheory]
    [InlineData(5, 1L << 40)]
    [InlineData(1000, 50_000)]
    public async Task A_layer_above_a_limit_is_refused(int entries, long bytes)
    {
        var proof = await proved.ProveAsync(await proved.CopyAsync(), new StoreProofOptions { MaxEntries = entries, MaxLayerBytes = bytes });
        Assert.Contains(proof.Violations, static found => found.Sentence.Contains("more than 5 entries", StringComparison.Ordinal) || found.Sentence.Contains("longer than 50000 bytes", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_store_that_is_not_there_is_said_so()
    {
        proved.Site.At();
        var refused = await Assert.ThrowsAsync<ContentException>(() => proved.ProveAsync("/nowhere/at/all"));
        Assert.Equal(Reasons.StoreUnreadable, refused.Reason);
    }

    private async Task FindsAsync(string reason, string path, Action<string> spoil, string sentence = "")
    {
        var store = await proved.CopyAsync();
        var diff = proved.DiffOf(store);
        spoil(diff);
        var proof = await proved.ProveAsync(store);
        var expected = Path.TrimEndingDirectorySeparator(Path.Combine(Path.GetRelativePath(store, diff), path));
        Assert.Contains(proof.Violations, found => found.Reason == reason && found.Path == expected && found.Layer is not null && found.Sentence.Contains(sentence, StringComparison.Ordinal));
        Assert.InRange(proof.Violations.Count, 1, 3);
    }

    private static void Replace(string diff, string name, Action<string> make)
    {
        File.Delete(Path.Combine(diff, name));
        make(Path.Combine(diff, name));
    }

    private static void Device(string path, int mode, ulong device)
    {
        Assert.Equal(0, LibC.MakeNode(path, (uint)mode, device));
        if ((mode & 0xFFF) != 0)
            File.SetUnixFileMode(path, (UnixFileMode)(mode & 0xFFF));
    }

    private static int Link(string target, string path)
    {
        File.CreateSymbolicLink(path, target);
        return LibC.ChangeOwner(path, 1000, 1001);
    }

    private static unsafe void SetAttribute(string path, string name, string value)
    {
        fixed (byte* bytes = Encoding.Latin1.GetBytes(value))
            Assert.Equal(0, LibC.SetAttribute(path, name, bytes, (nuint)value.Length, 0));
    }

    private static string Quote(string text) => $"'{text}'";

    private static void Python(string statement) => Tool.RunAsync("python3", "-c", $"import os; {statement}").GetAwaiter().GetResult();
}
