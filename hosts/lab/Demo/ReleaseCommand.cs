using System.CommandLine;
using Handcarry.Lab.Release;

namespace Handcarry.Lab.Demo;

/// <summary><c>handcarry-lab release</c>: only make a release and its bundle.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for the blobs and the bundle.", Required = true, HelpName = "DIR" };
        var command = new Command("release", "Makes a small release out of real OCI images and writes it as an upgrade bundle.") { output };
        var arguments = new ReleaseArguments(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var release = ReleaseMaker.Make(
                arguments.Read(parsed), parsed.GetValue(output)!.FullName, Busybox.Read(), cancellationToken);
            var signed = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            Console.WriteLine($"{release.ReleaseImage.Name} with {release.Images.Count} images, {release.Layers.Sum(static l => l.Size)} bytes, signature {signed.Signature.Length}");
            return 0;
        });
        return command;
    }
}
