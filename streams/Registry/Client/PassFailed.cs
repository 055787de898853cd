namespace Handcarry.Streams.Registry.Client;

/// <summary>All places were tried once without success, and another try is worth it.</summary>
internal sealed class PassFailed(RegistryNotice notice, TimeSpan? wait) : Exception(notice.Why)
{
    public RegistryNotice Notice => notice;

    /// <summary>How long every place wants to be left alone; null when it is up to us.</summary>
    public TimeSpan? Wait => wait;
}
