namespace Handcarry.Lab.Api;

/// <summary>How the API server is out of order.</summary>
public enum ApiOutage
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It answers 503 with Retry-After, as while it starts.</summary>
    ServiceUnavailable,

    /// <summary>It cuts every request off without an answer.</summary>
    ConnectionReset,
}
