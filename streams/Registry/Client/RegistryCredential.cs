namespace Handcarry.Streams.Registry.Client;

/// <summary>One entry of an auth file. Its text never contains the secret.</summary>
public sealed record RegistryCredential
{
    /// <summary>The key of the entry in the file, such as <c>quay.io</c> or <c>registry.example.com/team</c>.</summary>
    public required string Key { get; init; }

    /// <summary>User name; empty with an <see cref="IdentityToken"/>.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Password, or what the registry wants in its place.</summary>
    public string Password { get; init; } = "";

    /// <summary>An OAuth2 refresh token (Docker's <c>identitytoken</c>); used instead of user name and password.</summary>
    public string? IdentityToken { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"the entry \"{Key}\"";
}
