using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>The agent's listener for the container tools of its node, which the lab leaves to any free port.</summary>
internal static class LoopbackPort
{
    /// <summary>Sets the port, before the agent starts.</summary>
    public static async Task ListenOnLoopbackAsync(this SiteNode node, int port, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetDirectoryName(node.Root)!, "lab", node.Name, "handcarry.yaml");
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        await File.WriteAllTextAsync(file, text.Replace("loopbackPort: 0", $"loopbackPort: {port}", StringComparison.Ordinal), cancellationToken);
    }
}
