using System.Text;

namespace Handcarry.Lab.Release;

/// <summary>What is in the layers.</summary>
internal static class LayerContent
{
    private static readonly string[] Applets = ["sh", "cat", "echo", "env", "ls", "sha256sum", "sleep", "true", "uname"];

    /// <summary>The base of every image: busybox and a root file system around it.</summary>
    public static void Base(LayerWriter layer, ReadOnlyMemory<byte> busybox)
    {
        foreach (var folder in (string[])["bin", "etc", "proc", "run", "sys", "usr", "usr/bin", "usr/share", "var"])
            layer.Directory(folder);
        layer.Directory("tmp", 0b001_111_111_111);
        layer.File("bin/busybox", busybox, 0b111_101_101);
        foreach (var applet in Applets)
            layer.SymbolicLink($"bin/{applet}", "busybox");
        layer.File("etc/os-release", "ID=handcarry-lab\nNAME=\"Handcarry lab\"\n");
        layer.File("etc/passwd", "root:x:0:0:root:/:/bin/sh\n");
    }

    /// <summary>
    /// Files until the layer is <paramref name="target"/> bytes compressed. Of five, two do not compress, two compress to about half
    /// (hex digits), one to nearly nothing: together about five to three, as real layers do.
    /// </summary>
    public static void Fill(LayerWriter layer, string name, ulong seed, long target)
    {
        var random = new SeededBytes(seed, name);
        var folder = $"usr/share/{name}";
        layer.Directory(folder);
        var start = layer.CompressedBytes;
        for (var i = 0; layer.CompressedBytes - start < target; i++)
        {
            var left = target - (layer.CompressedBytes - start);
            var content = new byte[Math.Clamp(left / 8, 4 << 10, 1 << 20)];
            random.Fill(content);
            var file = (i % 5) switch
            {
                0 or 2 => content,
                1 or 3 => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(content.AsSpan(0, content.Length / 2))),
                _ => Repeat(content.AsSpan(0, 64), content.Length),
            };
            layer.File($"{folder}/{i:D5}", file);
        }

        layer.HardLink($"{folder}/first", $"{folder}/00000");
        layer.SymbolicLink($"{folder}/latest", "00000");
    }

    private static byte[] Repeat(ReadOnlySpan<byte> pattern, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = pattern[i % pattern.Length];
        return bytes;
    }
}
