namespace Handcarry.Actors.Site;

/// <summary>The sentences of <see cref="SiteLine"/>. From <see cref="InsertAgain"/> on they ask somebody to do something.</summary>
internal enum LineText
{
    /// <summary>A bundle of version {0} was found.</summary>
    Found,

    /// <summary>It is looked at.</summary>
    Checking,

    /// <summary>{0} percent of it are read.</summary>
    Reading,

    /// <summary>A minute at most is left.</summary>
    OneMinute,

    /// <summary>{0} minutes are left.</summary>
    Minutes,

    /// <summary>{0} hours are left.</summary>
    Hours,

    /// <summary>Another node has to come back first.</summary>
    Waiting,

    /// <summary>The stick must stay.</summary>
    LeaveIt,

    /// <summary>The stick may go.</summary>
    RemoveNow,

    /// <summary>The stick should stay, as it gets a receipt at the end.</summary>
    LeaveForReceipt,

    /// <summary>The receipt is on the stick, which may go.</summary>
    ReceiptThere,

    /// <summary>The nodes load version {0}.</summary>
    Preparing,

    /// <summary>All have loaded version {0}, and somebody else says when it is used.</summary>
    Prepared,

    /// <summary>The cluster is upgraded to version {0}.</summary>
    Upgrading,

    /// <summary>It runs version {0}.</summary>
    Upgraded,

    /// <summary>An administrator has called it off.</summary>
    CalledOff,

    /// <summary>Nothing is heard of the other nodes.</summary>
    Away,

    /// <summary>The stick with version {0} is wanted again.</summary>
    InsertAgain,

    /// <summary>The stick should go into another node.</summary>
    OtherNode,

    /// <summary>Two different bundles are there.</summary>
    TwoBundles,

    /// <summary>The stick cannot be read.</summary>
    Unreadable,

    /// <summary>What is on it is damaged.</summary>
    Damaged,

    /// <summary>A disk is full.</summary>
    NoRoom,

    /// <summary>The bundle is not used here.</summary>
    NotUsed,

    /// <summary>The upgrade does not get on.</summary>
    Failed,

    /// <summary>The administrator is to be told the word {0}.</summary>
    CallWith,
}
