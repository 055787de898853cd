using Grpc.Core;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>
/// CRI-O with its systemd unit, as strict as the experiments found it (reference/container-storage.md section D, whose numbers are beside the rules). Errors are
/// CRI-O's own texts and go the way that the real ones go.
/// </summary>
/// <param name="rules">Its version.</param>
/// <param name="dropIns">Its folder of drop-ins, a real one.</param>
internal sealed class CrioTwin(CrioRules rules, string dropIns) : IContainerRuntime, IServiceManager
{
    public const string Unit = "crio.service";

    private readonly Lock _gate = new();
    private readonly List<string> _jobs = [];
    private readonly List<ImageName> _pulls = [];
    private IReadOnlyList<string> _pins = [];
    private bool _reloading;

    /// <summary>What is at the first path of additional stores now; null when nothing is. Nothing needs to be reloaded when that changes (section 0, fact 1).</summary>
    public CrioStore? Additional { get; set; }

    /// <summary>What is at the second path.</summary>
    public CrioStore? Second { get; set; }

    /// <summary>Where its own storage is.</summary>
    public string GraphRoot { get; set; } = "/var/lib/containers/storage";

    public CrioStore Main { get; } = new();

    /// <summary>What the mirror serves; null when nothing listens there.</summary>
    public Dictionary<ImageName, CrioImage>? Mirror { get; set; } = [];

    /// <summary>Waited for in each pull.</summary>
    public Task Pulling { get; set; } = Task.CompletedTask;

    /// <summary>What was pulled, whether it was stored or not.</summary>
    public IReadOnlyList<ImageName> Pulls
    {
        get
        {
            lock (_gate)
                return [.. _pulls];
        }
    }

    public IReadOnlyList<string> Jobs => _jobs;

    /// <summary>Questions that are still answered by the old list after a reload, which is only told to CRI-O and done by it later.</summary>
    public int AnswersBeforeReload { get; set; }

    /// <summary>How jobs end.</summary>
    public JobResult JobResult { get; set; } = JobResult.Done;

    private IEnumerable<CrioStore> Others => new[] { Additional, Second }.OfType<CrioStore>();

    private IEnumerable<CrioImage> Known => Main.Images.Concat(Others.SelectMany(static store => store.Images));

    public ValueTask<RuntimeFacts> FactsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new RuntimeFacts(RuntimeFacts.Crio, rules.Version, true, [$"{GraphRoot}/overlay-images"]));

    public ValueTask<IReadOnlyList<RuntimeImage>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // D4: one record that points nowhere, and nothing is listed.
            if (Main.Images.Any(IsDangling))
                throw Failure("The images of the container runtime cannot be listed", "layer not known");
            // The library lists an image once for each store that has it (measured with podman 4.3).
            return ValueTask.FromResult<IReadOnlyList<RuntimeImage>>([.. Known.Select(Seen)]);
        }
    }

    public ValueTask<RuntimeImage?> FindAsync(string image, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reloading && AnswersBeforeReload-- <= 0)
                ReadPins();
            var found = Known.FirstOrDefault(known => known.Answers(image));
            if (found is not null && IsDangling(found))
                throw Failure($"The container runtime cannot be asked for {image}", "layer not known");
            return ValueTask.FromResult(found is null ? null : Seen(found));
        }
    }

    public async ValueTask PullAsync(ImageName image, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Pulling.WaitAsync(cancellationToken);
        lock (_gate)
        {
            // D3: always, also when everything is in a store.
            if (Mirror is null)
                throw Failure($"Image {image} could not be pulled", $"(Mirrors also failed: [127.0.0.1:5005: connect: connection refused]): {image}: pinging container registry quay.io", isPull: true);
            if (!Mirror.TryGetValue(image, out var served))
                throw Failure($"Image {image} could not be pulled", $"reading manifest {image.Digest} in {image.Repository}: manifest unknown", isPull: true);
            _pulls.Add(image);
            if (Main.Images.Any(known => known.Id == served.Id && known.Answers(image.ToString())))
                return;
            if (Others.Any(store => store.Images.Any(known => known.Answers(image.ToString()))) && !rules.PullAlwaysRecords)
                return;
            Main.Images.Add(served);
            Main.Layers.UnionWith(served.Layers.Except(Others.SelectMany(static store => store.Layers)));
        }
    }

    public ValueTask RemoveAsync(string image, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Main.Images.Find(known => known.Answers(image)) is { } found)
            {
                var dangling = IsDangling(found);
                var borrows = found.Layers.Any(layer => !Main.Layers.Contains(layer));
                // D4: of a dangling record, by name it only says so, by id it does so and says that it failed.
                if (!dangling || image == found.Id)
                    Main.Images.Remove(found);
                Main.Layers.IntersectWith(Main.Images.SelectMany(static known => known.Layers));
                // D4: of an image on layers of an additional store it says so, too.
                if (borrows && (!dangling || image == found.Id))
                    throw Failure($"Image {image} could not be removed", "delete image: layer not known");
            }
            else if (Known.Any(known => known.Answers(image)) && !rules.RemoveOfAdditionalIsSuccess)
            {
                throw Failure($"Image {image} could not be removed", "identifier is not an image");
            }
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<JobResult> RestartAsync(string unit, CancellationToken cancellationToken)
    {
        _jobs.Add($"restart {unit}");
        if (rules.KnowsPins)
            ReadPins();
        return ValueTask.FromResult(JobResult);
    }

    public ValueTask<JobResult> ReloadAsync(string unit, CancellationToken cancellationToken)
    {
        _jobs.Add($"reload {unit}");
        _reloading = rules.ReloadReadsPins;
        return ValueTask.FromResult(JobResult);
    }

    public ValueTask<UnitState?> StateAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult<UnitState?>(new UnitState("active", "running"));

    private static RuntimeException Failure(string what, string text, bool isPull = false) =>
        new CriFailure(new RpcException(new Status(StatusCode.Unknown, text)), new CriQuestion(what, TimeSpan.FromMinutes(1), isPull), "/run/crio.sock").ToException();

    private bool IsDangling(CrioImage image) => image.Layers.Any(layer => !Main.Layers.Contains(layer) && !Others.Any(store => store.Layers.Contains(layer)));

    private RuntimeImage Seen(CrioImage image) =>
        new(image.Id, [image.RecordedName.ToString(), .. image.Digests.Select(digest => (image.RecordedName with { Digest = digest }).ToString()).Where(name => name != image.RecordedName.ToString())], 4096, IsPinned(image));

    // D2: the recorded names alone, whatever their case; a star at the end is not anchored at the start, stars at both ends are a word within.
    private bool IsPinned(CrioImage image) => _pins.Any(pin => pin.EndsWith('*')
        ? image.RecordedName.ToString().Contains(pin.Trim('*'), StringComparison.OrdinalIgnoreCase)
        : image.RecordedName.ToString().Equals(pin, StringComparison.OrdinalIgnoreCase));

    // D2: the last file by name that has the key replaces all others; openshift.md 4.2: the header of the table is required, and every file is read.
    private void ReadPins()
    {
        (_pins, _reloading) = ([], false);
        foreach (var file in Directory.GetFiles(dropIns).Order(StringComparer.Ordinal))
        {
            var parts = File.ReadAllText(file).Split("[crio.image]\n");
            if (parts.Length == 2 && parts[1].Split("pinned_images = [") is [_, var list])
                _pins = [.. list[..list.IndexOf(']')].Split(',').Select(static item => item.Trim().Trim('"')).Where(static item => item.Length > 0)];
        }
    }
}
