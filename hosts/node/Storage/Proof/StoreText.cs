using System.Text;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>Names of a store are bytes, one Latin-1 character each; this is how people get to see them.</summary>
internal static class StoreText
{
    private const int Longest = 300;

    public static string Show(string name)
    {
        var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name.Length > Longest ? name[..Longest] : name));
        return string.Concat(text.Select(static character => char.IsControl(character) ? '\uFFFD' : character));
    }
}
