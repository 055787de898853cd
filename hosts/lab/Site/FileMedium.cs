namespace Handcarry.Lab.Site;

/// <summary>A bundle as a file that appears, complete, in the folder that the agent watches: for machines without loop devices or root.</summary>
internal sealed class FileMedium(string path) : InsertedMedium(path, $"{path}, a file in the watched folder")
{
    public override long? BytesRead => null;

    public override string BytesReadCommand => "(the kernel counts reads of block devices only: run as root with loop devices to see this)";

    /// <summary>Copies the bundle beside its place and renames it into it.</summary>
    public static FileMedium Insert(string bundle, string folder)
    {
        var path = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(bundle));
        var partial = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(bundle)}");
        File.Copy(bundle, partial, overwrite: true);
        File.Move(partial, path, overwrite: true);
        return new FileMedium(path);
    }

    public override Task RemoveAsync()
    {
        File.Delete(Path);
        return Task.CompletedTask;
    }
}
