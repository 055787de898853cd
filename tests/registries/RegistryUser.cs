using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;

namespace Handcarry.Registries;

/// <summary>A user of a registry.</summary>
public sealed partial record RegistryUser(string Name, string Password)
{
    /// <summary>What the user shows.</summary>
    public AuthenticationHeaderValue Basic => new("Basic", Auth);

    /// <summary>As an auth file has it.</summary>
    public string Auth => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Name}:{Password}"));

    /// <summary>
    /// The line of a htpasswd file. The registry wants bcrypt; Debian's C library has it (crypt(5), prefix $2y$), so the tests need no program for it.
    /// </summary>
    internal string HtpasswdLine()
    {
        var hash = Marshal.PtrToStringUTF8(Crypt(Password, "$2y$05$abcdefghijklmnopqrstuu"));
        return hash is ['$', '2', ..] ? $"{Name}:{hash}\n" : throw new NotSupportedException("The C library of this machine has no bcrypt.");
    }

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Crypt(string key, string setting);
}
