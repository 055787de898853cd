namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>The system bus, or who was asked over it, did not do what was asked.</summary>
/// <param name="name">The D-Bus name of the error, such as <c>org.freedesktop.systemd1.NoSuchUnit</c>; or <see cref="Disconnected"/>.</param>
/// <param name="message">What was said.</param>
internal sealed class BusException(string name, string message) : Exception(message)
{
    /// <summary>There is no connection (any more): nobody listens there, or the bus was restarted.</summary>
    public const string Disconnected = nameof(Disconnected);

    public string Name { get; } = name;
}
