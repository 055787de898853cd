using System.Text;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>The file name of an image's document (containers/storage, store.go makeBigDataBaseName).</summary>
internal static class DocumentName
{
    /// <summary>The name itself when it is made of digits, lower-case letters and dots; otherwise "=" and its base64.</summary>
    public static string FileOf(string name) =>
        name.All(static character => character is (>= '0' and <= '9') or (>= 'a' and <= 'z') or '.')
            ? name
            : "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(name));
}
