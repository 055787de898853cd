using System.Runtime.InteropServices;
using System.Text;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Extended attributes of a file itself, links not followed (xattr(7)).</summary>
internal static unsafe class ExtendedAttributes
{
    // Limits of the kernel for one value and for the list of names (XATTR_SIZE_MAX, XATTR_LIST_MAX; linux/limits.h).
    private const int Largest = 65536;

    /// <summary>All of them, as in <see cref="HostState.Attributes"/>; none where the file system has none.</summary>
    public static string Read(string path)
    {
        var names = new byte[Largest];
        nint length;
        fixed (byte* at = Encoding.UTF8.GetBytes(path + '\0'))
        fixed (byte* into = names)
            length = LibC.ListAttributes(at, into, Largest);
        if (length <= 0)
            return "";
        var all = Encoding.UTF8.GetString(names, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        return string.Join(' ', all.Select(name => $"{name}={Convert.ToBase64String(Get(path, name) ?? [])}"));
    }

    /// <summary>One of them; null when it is not there.</summary>
    public static byte[]? Get(string path, string name)
    {
        var value = new byte[Largest];
        fixed (byte* at = Encoding.UTF8.GetBytes(path + '\0'))
        fixed (byte* called = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (byte* into = value)
        {
            var length = LibC.GetAttribute(at, called, into, Largest);
            return length < 0 ? null : value[..(int)length];
        }
    }

    public static void SetAll(string path, string attributes)
    {
        foreach (var attribute in attributes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = attribute[..attribute.IndexOf('=', StringComparison.Ordinal)];
            Set(path, name, Convert.FromBase64String(attribute[(name.Length + 1)..]));
        }
    }

    public static void Set(string path, string name, byte[] value)
    {
        fixed (byte* from = value)
        {
            if (LibC.SetAttribute(path, name, from, (nuint)value.Length, 0) != 0)
                throw new IOException($"Setting {name} of {path}: {LibC.Describe(Marshal.GetLastPInvokeError())}");
        }
    }
}
