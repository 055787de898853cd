using CsCheck;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class StagingJournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string JournalPath => _folder.At("journal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_that_was_never_begun_has_no_boot_and_promises_nothing()
    {
        var journal = StagingJournal.Open(JournalPath);
        Assert.Null(journal.Boot);
        Assert.Empty(journal.Promised);
    }

    [Fact]
    public void Images_of_an_earlier_boot_are_owed_until_they_are_imported_again()
    {
        var journal = StagingJournal.Open(JournalPath);
        journal.Begin("one", keep: false);
        journal.Add("one", Image(1));
        journal.Add("one", Image(2));
        journal = StagingJournal.Open(JournalPath);
        journal.Begin("two", keep: false);
        Assert.Equal([Image(1), Image(2)], journal.Owed("two"));
        journal.Add("two", Image(2));
        journal.Add("two", Image(3));
        journal = StagingJournal.Open(JournalPath);
        Assert.Equal([Image(1)], journal.Owed("two"));
        Assert.Equal([Image(1), Image(2), Image(3)], journal.Promised);
    }

    [Fact]
    public void What_is_kept_over_a_boot_is_not_owed()
    {
        var journal = StagingJournal.Open(JournalPath);
        journal.Begin("one", keep: false);
        journal.Add("one", Image(1));
        journal.Begin("two", keep: true);
        Assert.Empty(StagingJournal.Open(JournalPath).Owed("two"));
    }

    [Fact]
    public void A_journal_cut_short_at_any_byte_is_a_journal_with_fewer_lines()
    {
        var journal = StagingJournal.Open(JournalPath);
        journal.Begin("one", keep: false);
        journal.Add("one", Image(1) with { ManifestMediaType = "text\n\"x\u2028" });
        journal.Add("one", Image(2));
        var whole = File.ReadAllBytes(JournalPath);
        Gen.Int[0, whole.Length].Sample(
            length =>
            {
                File.WriteAllBytes(JournalPath, whole[..length]);
                var cut = StagingJournal.Open(JournalPath);
                var promised = cut.Promised;
                Assert.Equal(journal.Promised.Take(promised.Count), promised);
                cut.Add("one", Image(9));
                Assert.Equal([.. promised, Image(9)], StagingJournal.Open(JournalPath).Promised);
            },
            iter: 100,
            threads: 1);
    }

    private static StoreImage Image(byte number) =>
        new(new ImageName("quay.io/a/b", Digest.Of([number])), "application/vnd.oci.image.manifest.v1+json", number);
}
