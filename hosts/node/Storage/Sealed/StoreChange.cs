using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Changes the folders of sealed stores; what fails is told with the folder and what to do.</summary>
/// <param name="options">Where they are.</param>
internal sealed class StoreChange(SealedStoresOptions options)
{
    /// <exception cref="LoadException">It failed.</exception>
    public void Do(Action action, string what)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(Reasons.PublishFailed, what, e);
        }
    }

    /// <exception cref="LoadException">It failed.</exception>
    public async ValueTask DoAsync(Func<ValueTask> action, string what)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(Reasons.PublishFailed, what, e);
        }
    }

    public LoadException Failure(string reason, string what, Exception e) => e.HResult == LibC.ENOSPC
        ? new LoadException(Reasons.NoSpace, $"{what}: the file system of {options.Folder} is full. Free space on it; it is tried again.", e)
        : new LoadException(reason, $"{what}: {e.Message.TrimEnd('.')}. {options.Folder} and the folder of {options.StorePath} must be on one writable file system.", e);
}
