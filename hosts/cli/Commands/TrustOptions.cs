using System.CommandLine;
using System.CommandLine.Parsing;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Commands;

/// <summary>Whose signatures count: the publisher's of the release, the engineers' of the bundle.</summary>
internal sealed class TrustOptions
{
    private readonly Option<FileInfo[]> _keyrings = new("--keyring") { Description = "Public keys of the publisher, armored or binary; each keyring given must have signed the release; repeatable.", HelpName = "FILE" };
    private readonly Option<FileInfo[]> _keys = new("--trust-key") { Description = "Public key (PEM) of an engineer who is trusted; one of those given must have signed the bundle; repeatable.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(_keyrings);
        command.Options.Add(_keys);
    }

    /// <summary>Whether any keys are named.</summary>
    public bool IsGiven(CommandResult parsed) => parsed.GetValue(_keyrings) is { Length: > 0 } || parsed.GetValue(_keys) is { Length: > 0 };

    /// <exception cref="Streams.Content.ContentException">InvalidKeyring.</exception>
    public IReadOnlyList<ReleaseKeyring> Keyrings(ParseResult parsed) => [.. (parsed.GetValue(_keyrings) ?? []).Select(static file => ReleaseKeyring.Load(file.FullName))];

    /// <exception cref="CliException">A file cannot be read.</exception>
    /// <exception cref="Streams.Content.ContentException">UnsupportedKey.</exception>
    public IReadOnlyList<EngineerPublicKey> Keys(ParseResult parsed) => [.. (parsed.GetValue(_keys) ?? []).Select(static file => EngineerPublicKey.Parse(TextFile.Read(file)))];
}
