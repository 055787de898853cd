using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Site;

/// <summary>The one line for whoever stands before the node, in plain words: the same on the console, the page and in the CLI.</summary>
public static class SiteLine
{
    /// <summary>The language of lines unless another is asked for; every other one has the same texts.</summary>
    public const string English = "en";

    private const int Minute = 60, Hour = 60 * Minute;

    /// <summary>The languages there are, by their two letters (ISO 639-1).</summary>
    public static IReadOnlyList<string> Languages => LineTexts.Languages;

    /// <summary>The line for <paramref name="site"/>; empty when there is nothing to say.</summary>
    /// <exception cref="ArgumentException">There is no such language.</exception>
    public static string Of(SiteSummary site, string language = English)
    {
        ArgumentNullException.ThrowIfNull(site);
        var texts = LineTexts.In(language);
        return string.Join(' ', Parts(site).Select(part => texts.Fill(part.Text, part.Values)));
    }

    /// <summary>The line while nothing is heard of the rest of the cluster.</summary>
    /// <exception cref="ArgumentException">There is no such language.</exception>
    public static string Away(string language = English) => LineTexts.In(language).Fill(LineText.Away, []);

    /// <summary>What the line tells, for its colour and sign.</summary>
    public static LineKind KindOf(SiteSummary site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var texts = Parts(site).Select(part => part.Text).ToList();
        return texts switch
        {
            [] => LineKind.Nothing,
            _ when texts.Exists(IsTrouble) => LineKind.Trouble,
            _ when texts.Contains(LineText.Upgraded) => LineKind.Done,
            _ when texts.Contains(LineText.RemoveNow) || texts.Contains(LineText.ReceiptThere) => LineKind.Removable,
            _ => LineKind.Working,
        };
    }

    private static bool IsTrouble(LineText text) => text >= LineText.InsertAgain;

    private static List<(LineText Text, object[] Values)> Parts(SiteSummary site) => site.Phase switch
    {
        Phase.Idle => [],
        // For a node that came late.
        Phase.Upgrading or Phase.Completed when site.Reason == Reasons.WaitingForMedium => [Part(LineText.InsertAgain, site.BundleVersion)],
        Phase.Judging => [Part(LineText.Found, site.BundleVersion), Part(LineText.Checking), Part(LineText.LeaveIt)],
        Phase.Carrying => Carrying(site),
        Phase.Loaded => [Part(LineText.Preparing, site.BundleVersion), Stick(site)],
        Phase.Held => [Part(LineText.Prepared, site.BundleVersion), Stick(site)],
        Phase.Upgrading => [Part(LineText.Upgrading, site.BundleVersion), Stick(site)],
        Phase.Completed => [Part(LineText.Upgraded, site.BundleVersion), .. Receipt(site)],
        Phase.Cancelled => [Part(LineText.CalledOff), Stick(site)],
        Phase.Failed => [Part(LineText.Failed), Part(LineText.CallWith, Word(site)), .. Receipt(site)],
        _ => [.. Refused(site), .. Receipt(site)],
    };

    private static List<(LineText Text, object[] Values)> Carrying(SiteSummary site) => site switch
    {
        { Reason: Reasons.WaitingForMedium } => [Part(LineText.InsertAgain, site.BundleVersion)],
        { Reason: Reasons.NoSpace } => [Part(LineText.NoRoom), Part(LineText.CallWith, Reasons.NoSpace)],
        { Reason: Reasons.HolderLeftOut } => [Part(LineText.OtherNode)],
        { MediumNeeded: true } => [Part(LineText.Found, site.BundleVersion), Part(LineText.Reading, Percent(site)), .. Left(site.Pace), Part(LineText.LeaveIt)],
        { NodesExtracted: > 0 } => [Part(LineText.Preparing, site.BundleVersion), Stick(site)],
        _ => [Part(LineText.Found, site.BundleVersion), Part(LineText.Waiting), Part(LineText.LeaveIt)],
    };

    // What a technician can do about it is another stick, or a call; the word tells the one who is called what it is.
    private static List<(LineText Text, object[] Values)> Refused(SiteSummary site) => site.Reason switch
    {
        "ConflictingBundles" => [Part(LineText.TwoBundles)],
        Reasons.ReadFailed => [Part(LineText.Unreadable)],
        Reasons.DigestMismatch or Reasons.SizeMismatch or Reasons.InvalidBundle or Reasons.LimitExceeded or Reasons.PartMissing or Reasons.InvalidChecksums => [Part(LineText.Damaged)],
        Reasons.NoSpace => [Part(LineText.NoRoom), Part(LineText.CallWith, Reasons.NoSpace)],
        _ => [Part(LineText.NotUsed), Part(LineText.CallWith, Word(site))],
    };

    // Nothing is on the stick any longer that is needed; what comes onto it may be.
    private static (LineText Text, object[] Values) Stick(SiteSummary site) => Receipt(site) is [var receipt] ? receipt : Part(LineText.RemoveNow);

    private static List<(LineText Text, object[] Values)> Receipt(SiteSummary site) => site.Receipt switch
    {
        ReceiptState.Owed => [Part(LineText.LeaveForReceipt)],
        ReceiptState.Given => [Part(LineText.ReceiptThere)],
        _ => [],
    };

    private static (LineText Text, object[] Values) Part(LineText text, params object[] values) => (text, values);

    private static string Word(SiteSummary site) => site.Reason.Length > 0 ? site.Reason : site.Phase.ToString();

    // 100 % is said only of all of it.
    private static string Percent(SiteSummary site) =>
        (site.BundleSize == 0 ? 0 : Math.Clamp(site.BytesRead * 100 / site.BundleSize, 0, 99)).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<(LineText Text, object[] Values)> Left(MediumPace? pace) => pace?.SecondsLeft switch
    {
        null => [],
        <= Minute => [Part(LineText.OneMinute)],
        < 2 * Hour => [Part(LineText.Minutes, Up(pace.SecondsLeft, Minute))],
        _ => [Part(LineText.Hours, Up(pace.SecondsLeft, Hour))],
    };

    private static string Up(long seconds, int unit) => ((seconds + unit - 1) / unit).ToString(CultureInfo.InvariantCulture);
}
