namespace Handcarry.ClusterConfig.Options;

/// <summary>When the runtime sees a sealed store.</summary>
public enum PublishMoment
{
    /// <summary>When every layer of it is proved.</summary>
    AfterProof,

    /// <summary>When it is mounted.</summary>
    AfterMount,
}
