using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Whether a node's runtime finds the images of bundles, by the files of the host; changes nothing and asks no program.</summary>
/// <param name="root">The folder at which this process sees the host's root.</param>
/// <param name="state">The folder of what arming has changed, as this process sees it.</param>
/// <param name="settings">What the node is to be armed for.</param>
/// <param name="runtime">Its runtime.</param>
/// <param name="needsStore">Whether images come by an additional image store; the mirror is needed in any case.</param>
public sealed class ArmingCheck(string root, string state, ArmingSettings settings, NodeRuntime runtime, bool needsStore) : INodeArmed
{
    /// <summary>What is amiss, with <see cref="ArmingReasons.NotArmed"/> or why nobody can tell; null when the node is armed, by handcarry arm or by an administrator.</summary>
    public Remark? Look()
    {
        try
        {
            var facts = Facts();
            var missing = new HostChanges(root, state).Missing(ArmingPlanner.Plan(facts, settings).Changes).Select(static change => change.Path).ToHashSet(StringComparer.Ordinal);
            var lacking = new List<string>();
            if (NodeArming.IsToStayDisarmed(state))
                lacking.Add("it was disarmed by hand");
            if (needsStore && missing.Contains(ArmingPlanner.StoreDropIn) && !ArmingPlanner.NamesStores(facts, settings))
                lacking.Add($"its configuration does not name the stores {string.Join(" and ", settings.Stores)}");
            lacking.AddRange(runtime == NodeRuntime.Containerd ? HostsLacking(facts, missing) : MirrorsLacking(facts));
            if (new HostChanges(root, state).Owed is [_, ..])
                lacking.Add("it has not been restarted since it was armed");
            return lacking.Count == 0
                ? null
                : new Remark(ArmingReasons.NotArmed, $"Give handcarry arm --restart on this node, or see handcarry render; its runtime would not find the images: {string.Join("; ", lacking)}.");
        }
        catch (ArmingException e)
        {
            return new Remark(e.Reason, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Remark(ArmingReasons.NotArmed, $"Whether this node is armed cannot be seen: {e.Message} Let the agent read the host's files.");
        }
    }

    /// <inheritdoc/>
    public ValueTask<Remark?> LookAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Look());
    }

    /// <summary>Whether a person wants this node to stay disarmed.</summary>
    internal bool IsToStayDisarmed => NodeArming.IsToStayDisarmed(state);

    /// <summary>What arming this node comes to.</summary>
    /// <exception cref="ArmingException">The machine config cannot be read.</exception>
    internal ArmingPlan Plan() => ArmingPlanner.Plan(Facts(), settings);

    private HostFacts Facts() => new HostFactsReader(root).Read(settings.Store) with { Runtime = runtime };

    // An administrator may have written the mirror into a file of another name.
    private IEnumerable<string> MirrorsLacking(HostFacts facts) => settings.Sources
        .Where(source => facts.Registries.LastOrDefault(entry => entry.Prefix == source)?.Text.Any(line => line.Contains($"\"{settings.Mirror}/", StringComparison.Ordinal)) != true)
        .Select(source => $"it does not ask {settings.Mirror} for {source}");

    private IEnumerable<string> HostsLacking(HostFacts facts, HashSet<string> missing)
    {
        if (!facts.ReadsCertsFolder)
            yield return "it does not read /etc/containerd/certs.d (config_path)";
        foreach (var path in missing.Where(static path => path.EndsWith("/hosts.toml", StringComparison.Ordinal)))
            yield return $"{path} does not name {settings.Mirror}";
    }
}
