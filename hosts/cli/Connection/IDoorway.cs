namespace Handcarry.Cli.Connection;

/// <summary>A way to one agent's door for clients.</summary>
internal interface IDoorway
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Whether what opens it has vouched for who is behind it: the API server knows its pods.</summary>
    bool IsVouchedFor { get; }

    /// <summary>A connection, without TLS. Throws <see cref="IOException"/> with the reason.</summary>
    Task<Stream> OpenAsync(CancellationToken cancellationToken);
}
