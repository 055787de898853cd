namespace Handcarry.ClusterConfig.Tls;

/// <summary>Writes files that only their owner may read.</summary>
internal static class PemFile
{
    /// <summary>Writes under a temporary name with mode 0600 from the first byte on, syncs, and renames.</summary>
    public static void Write(string path, string pem)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(pem + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
