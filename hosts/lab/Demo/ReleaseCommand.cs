using System.CommandLine;
using Handcarry.Lab.Release;

namespace Handcarry.Lab.Demo;

/// <summary><c>handcarry-lab release</c>: only make a release and its bundle.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for the bundle, its checksum, the blobs and the key that signed it.", Required = true, HelpName = "DIR" };
        var command = new Command("release", "Makes a small release out of real OCI images and writes it as an upgrade bundle.") { output };
        var arguments = new ReleaseArguments(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetValue(output)!.FullName;
            var release = ReleaseMaker.Make(arguments.Read(parsed), Path.Combine(folder, "release"), Busybox.Read(), cancellationToken);
            var signed = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "release-key.asc"), signed.PublicKey, cancellationToken);
            var bundle = await ReleaseBundle.WriteAsync(release, signed.Signature, folder, cancellationToken);
            Console.WriteLine($"{bundle.Path}: {release.Images.Count} images, {Sizes.Mega(bundle.Size)}, sha256 {bundle.Sha256}");
            Console.WriteLine($"release {release.ReleaseImage.Name}");
            return 0;
        });
        return command;
    }
}
