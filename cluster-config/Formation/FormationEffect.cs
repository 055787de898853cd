namespace Handcarry.ClusterConfig.Formation;

/// <summary>A step to be taken after a pause.</summary>
internal readonly record struct FormationEffect(FormationStep Step, TimeSpan After = default);
