using Handcarry.ClusterConfig.Options;

namespace Handcarry.Agent.Clients;

/// <summary>What a support case needs to know of an agent: versions and settings, and no secret.</summary>
internal static class AgentSettings
{
    /// <summary>A line each, <c>name: value</c>.</summary>
    public static IReadOnlyList<string> Of(HandcarryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var lines = new List<string>
        {
            $"agent: {typeof(AgentSettings).Assembly.GetName().Version}",
            $"runtime: {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}",
            $"system: {System.Runtime.InteropServices.RuntimeInformation.OSDescription}",
        };
        Add(lines, "node", options.Node);
        Add(lines, "remoting", options.Remoting);
        Add(lines, "data", options.Data);
        Add(lines, "web", options.Web);
        Add(lines, "clients", options.Clients);
        Add(lines, "tls", options.Tls);
        Add(lines, "cluster", options.Cluster with { Contacts = [] });
        lines.Add($"cluster.contacts: {string.Join(", ", options.Cluster.Contacts)}");
        Add(lines, "kubernetes", options.Kubernetes);
        Add(lines, "media", options.Media);
        Add(lines, "load", options.Load);
        Add(lines, "limits", options.Limits);
        // The connection string may hold a password, in more forms than could be cut out of it.
        lines.Add($"journal: {options.Journal.Provider}, {(options.Journal.ConnectionString.Length == 0 ? "no connection string" : "connection string removed")}");
        lines.Add($"log: {options.Log.Level}");
        return lines;
    }

    // Records print their members, and these hold paths, names and numbers only.
    private static void Add(List<string> lines, string section, object options) => lines.Add($"{section}: {options}");
}
