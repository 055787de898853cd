using Handcarry.Lab.Operator;

namespace Handcarry.Lab.Site;

/// <summary>The nodes' agents as pods of a DaemonSet: an image that the node's storage has, or had from the beginning, starts the agent's program.</summary>
/// <param name="site">The site, whose agents run.</param>
/// <param name="first">The image that was brought to every node by hand.</param>
/// <param name="isBroken">Whether the program of an image ends at once.</param>
internal sealed class AgentPodMachines(LabSite site, string first, Func<string, bool> isBroken) : IPodMachines, IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public IReadOnlyList<string> Nodes { get; } = [.. site.Nodes.Select(static node => node.Name)];

    public async Task<string?> StartAsync(string node, string image, CancellationToken cancellationToken)
    {
        if (image != first && !(await site.Stores.ImagesAsync(node)).Contains(image))
            return "ErrImagePull";
        if (isBroken(image))
            return "CrashLoopBackOff";
        site.Node(node).Agent.Start();
        return null;
    }

    public Task StopAsync(string node) => site.Node(node).Agent.StopAsync();

    public async Task<bool> IsReadyAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(site.Node(node).Page, "/readyz"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
