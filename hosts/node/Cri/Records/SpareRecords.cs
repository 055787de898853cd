using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>
/// Has the runtime remove records that keep a store from being retired: those of images that it took from the store itself, when no container was made from them. The runtime's
/// files are only read; whether a record is gone is seen there, as CRI-O says that it failed when it has removed one, and that it succeeded when it has not (reference/container-storage.md D2, D4).
/// </summary>
/// <param name="runtime">The node's runtime; null when there is none to be asked, then records stay.</param>
internal sealed class SpareRecords(IContainerRuntime? runtime)
{
    private readonly HashSet<string> _owed = new(StringComparer.Ordinal);

    /// <summary>Removes what is spare, when nothing else stands on the store.</summary>
    /// <param name="look">What stands on it now.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Whether nothing stands on it any longer.</returns>
    /// <exception cref="RuntimeException">The records cannot be read.</exception>
    public async ValueTask<bool> RemoveAsync(Func<StoreDependents> look, CancellationToken cancellationToken)
    {
        var found = look();
        if (runtime is null || found.None || found.Containers.Count > 0 || found.Images.Any(static image => image.Remedy == RecordRemedy.KeepStore))
            return found.None;
        foreach (var image in found.Images)
        {
            if (image.Remedy == RecordRemedy.PullAgain)
                _owed.UnionWith(image.Names);
            try
            {
                await runtime.RemoveAsync(image.Id, cancellationToken);
            }
            catch (RuntimeException)
            {
            }
        }
        return look().None;
    }

    /// <summary>Pulls again what was removed though it is needed, once the store has gone that it stood on.</summary>
    /// <returns>Sentences about what could not be pulled; it is tried again at the next call.</returns>
    public async ValueTask<IReadOnlyList<string>> PullAgainAsync(CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (var name in _owed.ToList())
        {
            try
            {
                if (ImageName.TryParse(name, out var image) && await runtime!.FindAsync(name, cancellationToken) is null)
                    await runtime.PullAsync(image, cancellationToken);
                _owed.Remove(name);
            }
            catch (RuntimeException e)
            {
                failed.Add(e.Message);
            }
        }
        return failed;
    }
}
