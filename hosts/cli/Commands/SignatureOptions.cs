using System.CommandLine;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Commands;

/// <summary>The options about the publisher's signatures of the release.</summary>
internal sealed class SignatureOptions
{
    private readonly Option<string[]> _stores = new("--signature-store") { Description = "Where the release's signatures are looked for; repeatable. Default: the publisher's two public ones.", HelpName = "URL|DIR" };
    private readonly Option<FileInfo[]> _keyrings = new("--keyring") { Description = "Public keys of the publisher, armored or binary; each keyring given must have signed; repeatable.", HelpName = "FILE" };
    private readonly Option<bool> _require = new("--require-signature") { Description = "Fail when no signature is found, or none holds; otherwise it is a warning that stays visible in inspect." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _stores, _keyrings, _require })
            command.Options.Add(option);
    }

    public IReadOnlyList<SignatureStore> Stores(ParseResult parsed) =>
        parsed.GetValue(_stores) is { Length: > 0 } given ? [.. given.Select(SignatureStore.Parse)] : SignatureStore.Public;

    public IReadOnlyList<ReleaseKeyring> Keyrings(ParseResult parsed) => [.. (parsed.GetValue(_keyrings) ?? []).Select(static file => ReleaseKeyring.Load(file.FullName))];

    public bool IsRequired(ParseResult parsed) => parsed.GetValue(_require);
}
