namespace Handcarry.Lab.Site;

/// <summary>What the API server shows of a site at one moment.</summary>
internal sealed record SiteView(UpgradeProgress Upgrade, VersionView Version)
{
    public static readonly SiteView None = new(UpgradeProgress.None, VersionView.None);
}
