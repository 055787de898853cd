namespace Handcarry.Streams.Registry;

/// <summary>What a request below <c>/v2/</c> is about (OCI distribution specification v1.1, "API": end-1 to end-13).</summary>
internal enum RegistryRoute
{
    /// <summary><c>/v2/</c>: whether this is a registry.</summary>
    Version,

    /// <summary><c>&lt;name&gt;/blobs/&lt;digest&gt;</c></summary>
    Blob,

    /// <summary><c>&lt;name&gt;/manifests/&lt;reference&gt;</c></summary>
    Manifest,

    /// <summary><c>&lt;name&gt;/tags/list</c></summary>
    Tags,

    /// <summary><c>&lt;name&gt;/referrers/&lt;digest&gt;</c></summary>
    Referrers,

    /// <summary><c>&lt;name&gt;/blobs/uploads/</c></summary>
    Uploads,

    /// <summary><c>&lt;name&gt;/blobs/uploads/&lt;session&gt;</c></summary>
    Upload,
}
