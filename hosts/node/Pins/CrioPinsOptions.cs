namespace Handcarry.Hosts.Node.Pins;

/// <summary>Where CRI-O's configuration is, and where is written down what was changed of it.</summary>
public sealed record CrioPinsOptions
{
    /// <summary>The folder at which this process sees the host's root.</summary>
    public required string Root { get; init; }

    /// <summary>The agent's folder for the journal of pins, as this process sees it; disarming undoes what is written there.</summary>
    public required string State { get; init; }

    /// <summary>CRI-O's unit.</summary>
    public string Unit { get; init; } = "crio.service";

    /// <summary>How long CRI-O may take to say that images are pinned: a reload is told to it, and done later.</summary>
    public TimeSpan ApplyTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
