using Handcarry.Lab.Release;
using Handcarry.Registries;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>A small release with the structure of a genuine one, made once for all tests.</summary>
public sealed class PublishedRelease : IDisposable
{
    internal const string Version = "4.17.12";

    private readonly TempFolder _folder = new();
    private readonly Lazy<MadeRelease> _release;

    public PublishedRelease()
    {
        _release = new(() => ReleaseMaker.Make(new ReleaseOptions { Version = Version, Images = 7, Size = 30_000_000 }, _folder["release"], Busybox.Read(), default));
    }

    internal MadeRelease Release => _release.Value;

    internal static string Tag => $"{Version}-{ReleaseOptions.HostArch}";

    public void Dispose() => _folder.Dispose();

    internal Task PushAsync(RegistryProcess registry, Func<MadeImage, bool>? which = null) => ReleasePush.PushAsync(Release, registry, which);
}
