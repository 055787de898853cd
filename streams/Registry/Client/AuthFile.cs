using System.Text;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// A pull secret: the <c>auth.json</c> of podman and skopeo, Docker's <c>config.json</c>, or what OpenShift calls pull secret
/// (containers-auth.json(5)). Credential helpers are programs of the user's and are not run; that is an error only where one would be needed.
/// </summary>
public sealed class AuthFile
{
    private const int MaxBytes = 4 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly Dictionary<string, RegistryCredential?> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _helped = new(StringComparer.Ordinal);
    private readonly bool _hasStore;
    private readonly string _source;

    private AuthFile(JsonElement root, string source)
    {
        _source = source;
        if (root.ValueKind != JsonValueKind.Object)
            throw Invalid("it is not a JSON object");
        foreach (var entry in Members(root, "auths"))
            _entries[entry.Name] = Credential(entry);
        foreach (var helper in Members(root, "credHelpers"))
            _helped.Add(helper.Name);
        _hasStore = root.TryGetProperty("credsStore", out var store) && store.ValueKind == JsonValueKind.String && store.GetString() is { Length: > 0 };
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidAuthFile"/>, naming the entry.</exception>
    public static AuthFile Parse(ReadOnlyMemory<byte> json) => Parse(json, "The pull secret");

    /// <summary>Reads one from a file.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidAuthFile"/>, naming file and entry.</exception>
    public static AuthFile Load(string path)
    {
        var source = $"The pull secret {path}";
        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= MaxBytes
                ? Parse(ReadAll(file), source)
                : throw new ContentException(Reasons.InvalidAuthFile, $"{source} is larger than {MaxBytes} bytes; is it another file?");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.InvalidAuthFile, $"{source} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The credential for a repository: the entry of the longest path that leads to it, the host alone last; after these, entries that are
    /// written as URLs, as Docker does for its hub (containers/image, pkg/docker/config, findCredentialsInFile). Null when there is none.
    /// </summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidAuthFile"/>: only a credential helper has it.</exception>
    public RegistryCredential? Find(string registry, string repository)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(repository);
        if (_helped.Contains(registry))
            throw Helper(registry, $"\"credHelpers\" has {registry}");
        for (var key = $"{registry}/{repository}"; ;)
        {
            if (_entries.TryGetValue(key, out var credential))
                return credential ?? Absent(registry, key);
            var slash = key.LastIndexOf('/');
            if (slash < 0)
                break;
            key = key[..slash];
        }

        foreach (var (key, credential) in _entries)
        {
            if (HostOf(key) == Canonical(registry))
                return credential ?? Absent(registry, key);
        }

        return null;
    }

    private static AuthFile Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return new AuthFile(document.RootElement, source);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What the parser says may quote the text, secrets included: only the place is repeated.
            var place = e is JsonException { LineNumber: { } line } ? $" in line {line + 1}" : "";
            throw new ContentException(Reasons.InvalidAuthFile, $"{source} is not valid JSON{place}.");
        }
    }

    private static byte[] ReadAll(FileStream file)
    {
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private RegistryCredential? Credential(JsonProperty entry)
    {
        if (entry.Value.ValueKind != JsonValueKind.Object)
            throw Invalid($"the entry \"{entry.Name}\" is not an object");
        var (auth, identity) = (Text(entry, "auth"), Text(entry, "identitytoken"));
        if (auth is null && identity is null)
            return null;
        var (user, password) = auth is null ? ("", "") : Decode(entry.Name, auth);
        return new RegistryCredential { Key = entry.Name, UserName = user, Password = password, IdentityToken = identity };
    }

    private (string User, string Password) Decode(string key, string auth)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(auth);
        }
        catch (FormatException)
        {
            throw Invalid($"\"auth\" of the entry \"{key}\" is not base64");
        }

        var text = Encoding.UTF8.GetString(bytes).TrimEnd('\0');
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 ? (text[..colon], text[(colon + 1)..]) : throw Invalid($"\"auth\" of the entry \"{key}\" is not the base64 of user:password");
    }

    private string? Text(JsonProperty entry, string member)
    {
        if (!entry.Value.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Invalid($"\"{member}\" of the entry \"{entry.Name}\" is not a text");
        return value.GetString() is { Length: > 0 } text ? text : null;
    }

    private JsonElement.ObjectEnumerator Members(JsonElement root, string member)
    {
        if (!root.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
            return default;
        return value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Invalid($"\"{member}\" is not an object");
    }

    // Docker leaves an empty entry behind when it has given the secret to a credential store.
    private RegistryCredential? Absent(string registry, string key) =>
        _hasStore ? throw Helper(registry, $"the entry \"{key}\" is empty and \"credsStore\" is set") : null;

    // The same file, normalizeAuthFileKey: a URL stands for its host.
    private static string? HostOf(string key)
    {
        var at = key.IndexOf("://", StringComparison.Ordinal);
        if (at < 0 || key[..at] is not ("https" or "http"))
            return key.Contains('/', StringComparison.Ordinal) ? null : Canonical(key);
        return Canonical(key[(at + 3)..].Split('/')[0]);
    }

    // The same file, normalizeRegistry.
    private static string Canonical(string registry) => registry is "registry-1.docker.io" or "index.docker.io" ? ImageReference.DockerHub : registry;

    private ContentException Helper(string registry, string why) =>
        Invalid($"{why}, and credential helpers are not supported; log in to {registry} with `podman login --authfile FILE` and use that file");

    private ContentException Invalid(string what) => new(Reasons.InvalidAuthFile, $"{_source} cannot be used: {what}.");
}
