namespace Handcarry.Actors.Cluster;

/// <summary>What the supervisor knows of the renewal of the agents.</summary>
public sealed record RenewalState
{
    /// <summary>Nothing was looked at yet.</summary>
    public static RenewalState None { get; } = new();

    /// <summary>The bundle whose agent they get; null for none.</summary>
    public BundleView? Of { get; init; }

    /// <summary>What was seen last; null while nothing was.</summary>
    public AgentRollout? Seen { get; init; }

    /// <summary>Since when there are as many new agents as there are; null while none are on their way.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether it is being looked at.</summary>
    public bool Asking { get; init; }

    /// <summary>Whether a predecessor may have left agents that are being renewed: it is looked at before a bundle is carried.</summary>
    public bool MustLook { get; init; }

    /// <summary>Whether agents are, or may be, replaced just now; nothing is to be carried meanwhile.</summary>
    public bool IsUnderway => Asking || MustLook || Seen is { Stage: RolloutStage.Underway };

    /// <summary>Whether nothing more comes of that bundle.</summary>
    public bool IsOver => Seen is { Stage: not (RolloutStage.Underway or RolloutStage.Unknown) };

    /// <summary>With what was seen now. While the API does not tell, agents that were on their way still are.</summary>
    public RenewalState With(AgentRollout seen, DateTimeOffset? now)
    {
        var known = this with { Asking = false, MustLook = false };
        return (seen.Stage, Seen?.Stage) switch
        {
            (RolloutStage.Unknown, RolloutStage.Underway) => known,
            (RolloutStage.Underway, RolloutStage.Underway) when seen.Ready == Seen.Ready => known with { Seen = seen },
            (RolloutStage.Underway, _) => known with { Seen = seen, Since = now },
            _ => known with { Seen = seen, Since = null },
        };
    }
}
