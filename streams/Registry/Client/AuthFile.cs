namespace Handcarry.Streams.Registry.Client;

/// <summary>A pull secret.</summary>
public sealed class AuthFile
{
    private AuthFile()
    {
    }

    /// <summary>Reads one.</summary>
    public static AuthFile Parse(ReadOnlyMemory<byte> json) => throw new NotSupportedException($"{json.Length}");

    /// <summary>Reads one from a file.</summary>
    public static AuthFile Load(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>The credential for a repository.</summary>
    public RegistryCredential? Find(string registry, string repository) => throw new NotSupportedException($"{this}{registry}{repository}");
}
