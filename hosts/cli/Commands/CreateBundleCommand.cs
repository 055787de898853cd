using System.CommandLine;
using System.Text.Json;
using Handcarry.Cli.Creation;
using Handcarry.Cli.Rendering;
using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry create bundle</c>: from a registry to one file.</summary>
internal sealed class CreateBundleCommand
{
    public const string Examples = """
        handcarry create bundle --version 4.12.4 --arch x86_64 --pull-secret pull.json --output /my/files
        handcarry create bundle --version 4.18.1 --keyring redhat.asc --require-signature --sign-key vetted.pem --part-size fat32
        handcarry create bundle --release registry.example.com/ocp/release@sha256:... --store layers --mirror quay.io=mirror.example.com:5000/quay
        handcarry create bundle --version 4.18.1 --arch multi --keep-arch x86_64 --keep-arch aarch64 --store layers --extra-images-file workload.txt
        """;

    private static readonly CliJson Indented = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    public CreateBundleCommand(Surroundings surroundings)
    {
        var release = new ReleaseOptions();
        var registry = new RegistryOptions();
        var signatures = new SignatureOptions();
        var signKey = new SignKeyOption("--sign-key", required: false);
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder for upgrade-VERSION-ARCH.tar and its .sha256; unfinished work stays there in a hidden folder.", HelpName = "DIR", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var store = new Option<StoreKind>("--store") { Description = "sealed: the finished container storage, which nodes only have to mount; layers: what a registry has, which nodes unpack; both.", HelpName = "sealed|layers|both", DefaultValueFactory = _ => StoreKind.Sealed };
        var keep = new Option<string[]>("--keep-layers") { Description = "With a sealed store, carry the layers of this image as well, for those who ask a registry for it; repeatable. Those of the operating system always are.", HelpName = "TAG|IMAGE" };
        var agent = new Option<string?>("--agent-image") { Description = $"Archive of Handcarry's own agent, with which a cluster renews its agents after the upgrade; {AgentArchive.None} leaves it out. Default: handcarry-agent-VERSION-ARCH.tar beside the program, if it is there.", HelpName = $"FILE|{AgentArchive.None}" };
        var scratch = new Option<DirectoryInfo?>("--scratch") { Description = "Folder for what sealing needs meanwhile. Default: beside the bundle.", HelpName = "DIR" };
        var partSize = new Option<string?>("--part-size") { Description = "Write numbered parts of at most this size, such as 4GiB; fat32, which is meant when no size is given, is 4 GiB - 1.", HelpName = "SIZE|fat32", Arity = ArgumentArity.ZeroOrOne };
        var discard = new Option<bool>("--discard") { Description = "Throw away what an interrupted run left, and begin anew." };
        var force = new Option<bool>("--force") { Description = "Replace a finished bundle of the same name." };
        var format = OutputOption.Create("--format");
        partSize.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !ByteSize.TryParse(result.Tokens[0].Value, out _))
                result.AddError($"--part-size {result.Tokens[0].Value}: expected a size such as 4GiB or 700MB, or fat32.");
        });
        Command = new Command("bundle", "Makes an upgrade bundle: one file with everything a cluster without a network needs for an upgrade.");
        release.AddTo(Command);
        registry.AddTo(Command);
        foreach (var option in new Option[] { output, store, keep, agent, scratch, partSize })
            Command.Options.Add(option);
        signatures.AddTo(Command);
        signKey.AddTo(Command);
        foreach (var option in new Option[] { discard, force, format })
            Command.Options.Add(option);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new CreateOptions
            {
                Request = release.Resolve(parsed),
                Registry = registry.Resolve(parsed, surroundings.Environment),
                Connections = registry.Connections(parsed),
                Output = parsed.GetValue(output)!.FullName,
                Store = parsed.GetValue(store),
                KeepLayers = parsed.GetValue(keep) ?? [],
                AgentImage = parsed.GetValue(agent),
                Scratch = parsed.GetValue(scratch)?.FullName,
                PartSize = parsed.GetResult(partSize) is null ? null : ByteSize.TryParse(parsed.GetValue(partSize) ?? ByteSize.Fat32, out var bytes) ? bytes : null,
                SignatureStores = signatures.Stores(parsed),
                Keyrings = signatures.Keyrings(parsed),
                RequireSignature = signatures.IsRequired(parsed),
                SignKey = signKey.Resolve(parsed, surroundings),
                Discard = parsed.GetValue(discard),
                Force = parsed.GetValue(force),
            };
            var json = parsed.GetValue(format) == OutputOption.Json;
            var created = await CreateAsync(options, json, surroundings, cancellationToken);
            await surroundings.Out.WriteLineAsync(json ? JsonSerializer.Serialize(created, Indented.CreatedBundle) : Text(created));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private static async Task<CreatedBundle> CreateAsync(CreateOptions options, bool json, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var stages = StageProgress.On(surroundings, json);
        using var http = new HttpClient();
        try
        {
            return await new BundleCreator(options, http, surroundings.Clock, stages).CreateAsync(cancellationToken);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Interrupted, $"Interrupted. What was fetched stays in a hidden folder in {options.Scratch ?? options.Output}; the same command goes on from there.", e);
        }
    }

    private static string Text(CreatedBundle created) => string.Join('\n', [
        .. created.Files,
        .. created.Warnings.Select(static warning => "  warning     " + warning),
        $"  release     {created.Version} {created.Arch}, {created.Release}",
        $"  images      {created.Images}, {HumanBytes.Of(created.UnpackedSize)} unpacked, carried as {created.Store}",
        $"  agent       {(created.Agent is { } agent ? $"{agent.Version}, {agent.Image}" : "none: this bundle renews no agents")}",
        $"  size        {HumanBytes.Of(created.Size)} ({created.Size} bytes)",
        $"  sha256      {created.Sha256} (sha256sum -c {Path.GetFileName(created.Checksums)})",
        $"  commitment  {created.Commitment}",
        $"  signatures  {created.Signatures} of the release, {created.Attachments} sigstore attachments, {(created.SignedBy.Count == 0 ? "not signed by an engineer" : "signed by " + string.Join(", ", created.SignedBy))}"]);
}
