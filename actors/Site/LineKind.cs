namespace Handcarry.Actors.Site;

/// <summary>What <see cref="SiteLine"/> tells.</summary>
public enum LineKind
{
    /// <summary>Nothing is going on.</summary>
    Nothing,

    /// <summary>Something is going on; the medium has to stay.</summary>
    Working,

    /// <summary>The medium is not needed any more.</summary>
    Removable,

    /// <summary>The upgrade is done.</summary>
    Done,

    /// <summary>Somebody has to do something.</summary>
    Trouble,
}
