using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Handcarry.Lab.Site;

/// <summary>Follows the two objects that tell how an upgrade goes, as one.</summary>
internal static class SiteViews
{
    /// <summary>A view after every change of either object, without gaps; ends only by cancellation or failure.</summary>
    public static async IAsyncEnumerable<SiteView> FollowAsync(SiteApi api, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<Func<SiteView, SiteView>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] watches =
        [
            WatchAsync(SiteApi.Upgrades, SiteApi.UpgradeName, static o => UpgradeProgress.Of(o), static (view, upgrade) => view with { Upgrade = upgrade }),
            WatchAsync(SiteApi.Versions, SiteApi.VersionName, static o => VersionView.Of(o), static (view, version) => view with { Version = version }),
        ];
        try
        {
            var view = SiteView.None;
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
                yield return view = change(view);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(watches);
        }

        async Task WatchAsync<T>(
            string collection, string name, Func<System.Text.Json.Nodes.JsonObject, T> read, Func<SiteView, T, SiteView> apply)
        {
            try
            {
                await foreach (var item in api.WatchAsync(collection, name, stop.Token))
                {
                    var value = read(item);
                    changes.Writer.TryWrite(view => apply(view, value));
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                changes.Writer.TryComplete();
            }
            catch (Exception error)
            {
                changes.Writer.TryComplete(error);
            }
        }
    }
}
