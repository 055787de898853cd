namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>console</c>: what whoever stands before the node is told.</summary>
public sealed record ConsoleOptions
{
    /// <summary>Value of <see cref="Banner"/>.</summary>
    public const string On = "on", Off = "off";

    /// <summary>The values of <see cref="Language"/>.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["de", "en", "es", "fr"];

    /// <summary><c>console.banner</c>, default <c>on</c>: whether the login prompts of the node's consoles tell what is going on.</summary>
    public string Banner { get; init; } = On;

    /// <summary><c>console.language</c>, default <c>en</c>: in which language, on the consoles and on the page.</summary>
    public string Language { get; init; } = "en";
}
