using System.Security.Cryptography;

namespace Handcarry.Agent.Web.Page;

/// <summary>A file of the page that is built into the agent. Its address names its content, so a browser may keep it for ever.</summary>
internal sealed class PageFile
{
    private PageFile(string name, string contentType)
    {
        using var stream = typeof(PageFile).Assembly.GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"page/{name} is not built into the agent.");
        Content = new byte[stream.Length];
        stream.ReadExactly(Content);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Content))[..16];
        Path = $"/page/{Hash}/{name}";
        ContentType = contentType;
    }

    public static PageFile Style { get; } = new("page.css", "text/css; charset=utf-8");

    public static PageFile Script { get; } = new("page.js", "text/javascript; charset=utf-8");

    /// <summary>Where it is served.</summary>
    public string Path { get; }

    public string ContentType { get; }

    /// <summary>The first half of the hexadecimal SHA-256 of its content.</summary>
    public string Hash { get; }

    public byte[] Content { get; }
}
