namespace Handcarry.Streams.Registry.Client;

/// <summary>One place that may have what one fetch wants, and how it has behaved in this fetch.</summary>
internal sealed class RegistrySource(RegistryHost host, string repository)
{
    private const int AllowedWrongs = 1;

    private int _wrongs;

    public RegistryHost Host => host;

    public string Repository => repository;

    /// <summary>What a token must allow here, when the registry said so; the usual scope when null.</summary>
    public string? Scope { get; set; }

    /// <summary>What it was shown, for the error when that was not enough. Never the secret.</summary>
    public string Shown { get; set; } = "it was asked without credentials";

    /// <summary>Range requests came to nothing here: ask for the whole and skip what is known.</summary>
    public bool WithoutRange { get; set; }

    /// <summary>Some of the bytes in the target are from here.</summary>
    public bool Contributed { get; set; }

    /// <summary>How its last attempt failed.</summary>
    public RegistryFault? Last { get; private set; }

    /// <summary>There is no point in asking again.</summary>
    public bool Ended { get; private set; }

    public void Failed(RegistryFault fault)
    {
        Last = fault;
        if (fault.RetryAfter is { } wait)
            host.LeaveAlone(wait);
        if (fault.IsUnanswered)
            host.Unanswered();
        Ended |= fault.Kind switch
        {
            FaultKind.Final => true,
            FaultKind.Wrong => ++_wrongs > AllowedWrongs,
            _ => false,
        };
    }

    public override string ToString() => $"{host.Name}/{repository}";
}
