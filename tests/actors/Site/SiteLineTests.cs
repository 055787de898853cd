using System.Text.RegularExpressions;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;

namespace Handcarry.Actors.Tests.Site;

public sealed partial class SiteLineTests
{
    public static TheoryData<Phase, string, bool, int, LineKind, string> Stories => new()
    {
        { Phase.Idle, "", false, 0, LineKind.Nothing, "" },
        { Phase.Judging, "Waiting", false, 0, LineKind.Working, "Bundle found: OpenShift 4.12.4. It is being checked. Do not remove the stick." },
        { Phase.Carrying, "", true, 0, LineKind.Working, "Bundle found: OpenShift 4.12.4. Reading 37 %. About 6 minutes left. Do not remove the stick." },
        { Phase.Carrying, "", false, 1, LineKind.Removable, "OpenShift 4.12.4 is being prepared on all nodes. You can remove the stick now." },
        { Phase.Completed, "WaitingForMedium", false, 0, LineKind.Trouble, "Insert the stick with OpenShift 4.12.4 again." },
        { Phase.Completed, "LateNodes", false, 0, LineKind.Done, "Upgraded to OpenShift 4.12.4." },
        { Phase.Carrying, "WaitingForMedium", false, 0, LineKind.Trouble, "Insert the stick with OpenShift 4.12.4 again." },
        { Phase.Carrying, "NoSpace", true, 0, LineKind.Trouble, "A node's disk is full. Call the administrator and say: NoSpace." },
        { Phase.Carrying, "Waiting", false, 0, LineKind.Working, "Bundle found: OpenShift 4.12.4. Waiting for a node. Do not remove the stick." },
        { Phase.Held, "Held", false, 3, LineKind.Removable, "OpenShift 4.12.4 is ready and waits for the administrator. You can remove the stick now." },
        { Phase.Upgrading, "", false, 3, LineKind.Removable, "Upgrading to OpenShift 4.12.4. Do not switch anything off. You can remove the stick now." },
        { Phase.Completed, "", false, 3, LineKind.Done, "Upgraded to OpenShift 4.12.4." },
        { Phase.Cancelled, "Cancelled", false, 0, LineKind.Removable, "The upgrade was called off. You can remove the stick now." },
        { Phase.Refused, "ConflictingBundles", false, 0, LineKind.Trouble, "Two different bundles are inserted. Remove the stick you do not want." },
        { Phase.Refused, "DigestMismatch", false, 0, LineKind.Trouble, "The stick is damaged. Use another one with the same bundle." },
        { Phase.Refused, "ReadFailed", false, 0, LineKind.Trouble, "The stick cannot be read. Insert it again, or use another one." },
        { Phase.Refused, "NotNewer", false, 0, LineKind.Trouble, "This bundle cannot be used here. Call the administrator and say: NotNewer." },
        { Phase.Failed, "ImageVerificationFailed", false, 3, LineKind.Trouble, "The upgrade does not get on. Call the administrator and say: ImageVerificationFailed." },
    };

    [Theory]
    [InlineData(Phase.Upgrading, ReceiptState.Owed, LineKind.Working, "Upgrading to OpenShift 4.12.4. Do not switch anything off. Leave the stick in: it gets its receipt at the end.")]
    [InlineData(Phase.Loaded, ReceiptState.Owed, LineKind.Working, "OpenShift 4.12.4 is being prepared on all nodes. Leave the stick in: it gets its receipt at the end.")]
    [InlineData(Phase.Completed, ReceiptState.Owed, LineKind.Done, "Upgraded to OpenShift 4.12.4. Leave the stick in: it gets its receipt at the end.")]
    [InlineData(Phase.Completed, ReceiptState.Given, LineKind.Done, "Upgraded to OpenShift 4.12.4. The receipt is on the stick. You can remove it now.")]
    [InlineData(Phase.Cancelled, ReceiptState.Given, LineKind.Removable, "The upgrade was called off. The receipt is on the stick. You can remove it now.")]
    [InlineData(Phase.Failed, ReceiptState.Given, LineKind.Trouble, "The upgrade does not get on. Call the administrator and say: Failed. The receipt is on the stick. You can remove it now.")]
    [InlineData(Phase.Idle, ReceiptState.Given, LineKind.Nothing, "")]
    public void A_stick_that_asks_for_a_receipt_stays_until_it_has_it(Phase phase, ReceiptState receipt, LineKind kind, string line)
    {
        var site = Site(phase, "") with { Receipt = receipt };
        Assert.Equal(line, SiteLine.Of(site));
        Assert.Equal(kind, SiteLine.KindOf(site));
    }

    public static TheoryData<string> Languages => [.. SiteLine.Languages];

    [Theory]
    [MemberData(nameof(Stories))]
    public void Every_state_has_its_line(Phase phase, string reason, bool needed, int extracted, LineKind kind, string line)
    {
        var site = Site(phase, reason) with { MediumNeeded = needed, NodesExtracted = extracted, Pace = new MediumPace(1, 301, false) };
        Assert.Equal(line, SiteLine.Of(site));
        Assert.Equal(kind, SiteLine.KindOf(site));
    }

    [Theory]
    [InlineData(59, "About a minute left.")]
    [InlineData(61, "About 2 minutes left.")]
    [InlineData(7199, "About 120 minutes left.")]
    [InlineData(7201, "About 3 hours left.")]
    public void What_is_left_is_rounded_up(long seconds, string expected) =>
        Assert.Contains(expected, SiteLine.Of(Site(Phase.Carrying, "") with { MediumNeeded = true, Pace = new MediumPace(1, seconds, false) }), StringComparison.Ordinal);

    [Fact]
    public void All_of_it_is_never_said_to_be_read_while_the_stick_is_needed() =>
        Assert.Contains("Reading 99 %", SiteLine.Of(Site(Phase.Carrying, "") with { MediumNeeded = true, BytesRead = 100 }), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_language_has_all_sentences_with_the_same_gaps_in_letters_that_consoles_have(string language)
    {
        foreach (var text in Enum.GetValues<LineText>())
        {
            var sentence = LineTexts.In(language).Raw(text);
            Assert.False(string.IsNullOrEmpty(sentence), $"{language} lacks {text}");
            Assert.Equal(Gap().Count(LineTexts.In(SiteLine.English).Raw(text)!), Gap().Count(sentence));
            Assert.All(sentence, letter => Assert.InRange(letter, ' ', 'ÿ'));
            Assert.InRange(sentence.Length, 1, 76);
        }
    }

    [Fact]
    public void A_language_that_is_not_there_is_refused() => Assert.Throws<ArgumentException>(() => SiteLine.Of(Site(Phase.Idle, ""), "xx"));

    private static SiteSummary Site(Phase phase, string reason) => new()
    {
        Supervisor = "n1",
        Acting = true,
        Phase = phase,
        Reason = reason,
        BundleVersion = "4.12.4",
        BundleSize = 100,
        BytesRead = 37,
    };

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
