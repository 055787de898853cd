namespace Handcarry.Lab.Api.Patching;

/// <summary>RFC 6901.</summary>
internal static class JsonPointer
{
    /// <summary>The unescaped reference tokens; none for the whole document.</summary>
    public static string[] Parse(string text)
    {
        if (text.Length == 0)
            return [];
        if (text[0] != '/')
            throw new PatchException($"\"{text}\" is no JSON pointer: it must be empty or begin with '/'");
        return Array.ConvertAll(text[1..].Split('/'), static token =>
            token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
    }
}
