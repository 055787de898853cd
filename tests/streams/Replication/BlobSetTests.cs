using CsCheck;
using Handcarry.Streams.Replication;

namespace Handcarry.Streams.Tests.Replication;

public sealed class BlobSetTests
{
    private const int Bound = 80;

    private static readonly Gen<int[]> Indexes = Gen.Int[0, Bound - 1].Array[0, 60];

    [Fact]
    public void A_set_contains_what_it_was_made_of() => Indexes.Sample(indexes =>
    {
        var (set, model) = (BlobSet.Of(indexes), new SortedSet<int>(indexes));
        Assert.Equal(model, set);
        Assert.Equal(model.Count, set.Count);
        for (var i = -1; i <= Bound; i++)
            Assert.Equal(model.Contains(i), set.Contains(i));
    });

    [Fact]
    public void Union_difference_and_intersection_are_those_of_sets() => Gen.Select(Indexes, Indexes).Sample((left, right) =>
    {
        var (a, b) = (BlobSet.Of(left), BlobSet.Of(right));
        Assert.Equal(BlobSet.Of(left.Union(right)), a.Union(b));
        Assert.Equal(BlobSet.Of(left.Except(right)), a.Except(b));
        Assert.Equal(BlobSet.Of(left.Intersect(right)), a.Intersect(b));
        Assert.Equal(a.Union(b).Count, a.Count + b.Count - a.Intersect(b).Count);
    });

    [Fact]
    public void Adding_one_by_one_gives_the_same_set() => Indexes.Sample(indexes =>
        Assert.Equal(BlobSet.Of(indexes), indexes.Aggregate(BlobSet.Empty, (set, index) => set.Add(index))));

    [Fact]
    public void The_text_of_a_set_reads_back_and_equal_sets_have_equal_texts() => Indexes.Sample(indexes =>
    {
        var set = BlobSet.Of(indexes);
        var back = BlobSet.Parse(set.ToString(), Bound);
        Assert.Equal(set, back);
        Assert.Equal(set.GetHashCode(), back.GetHashCode());
        Assert.Equal(set.ToString(), BlobSet.Of(indexes.Reverse()).ToString());
    });

    [Fact]
    public void Text_that_is_accepted_is_the_canonical_text() =>
        Gen.String[Gen.Char["0123456789,-"], 0, 12].Sample(text =>
        {
            if (BlobSet.TryParse(text, Bound, out var set))
                Assert.Equal(text, set.ToString());
        }, iter: 20_000);

    [Theory]
    [InlineData("0-57,60,64-99", 95)]
    [InlineData("", 0)]
    [InlineData("0", 1)]
    [InlineData("0-99", 100)]
    public void Runs_are_read(string text, int count) => Assert.Equal(count, BlobSet.Parse(text, 100).Count);

    [Theory]
    [InlineData(null)]
    [InlineData("100")]
    [InlineData("0-100")]
    [InlineData("99999999999")]
    [InlineData("0-4294967296")]
    [InlineData("5-5")]
    [InlineData("5-4")]
    [InlineData("1,0")]
    [InlineData("0,1")]
    [InlineData("0-4,5")]
    [InlineData("0-4,3-9")]
    [InlineData("00")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("١")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(BlobSet.TryParse(text, 100, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => BlobSet.Parse(text, 100));
    }

    [Fact]
    public void A_full_inventory_is_one_run()
    {
        Assert.Equal("0-899", BlobSet.All(900).ToString());
        Assert.Equal(BlobSet.Empty, BlobSet.All(0));
        Assert.Equal(BlobSet.All(3), BlobSet.Of([2, 0, 1]));
    }
}
