using Handcarry.Actors.Cluster;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Content;
using Handcarry.Twins.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>Which agent the nodes get, and which not.</summary>
public sealed class AgentRenewalTests : IDisposable
{
    private const string First = "localhost/handcarry/agent:0.1.0";
    private static readonly SwitchFence Held = new();
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryApi _api = new();
    private readonly InMemoryAgentFleet _fleet;
    private readonly BlobStore _blobs;

    public AgentRenewalTests()
    {
        _fleet = new InMemoryAgentFleet(_api);
        _blobs = BlobStore.Open(_folder.Path);
    }

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_newer_agent_is_set_once_and_followed_until_every_node_has_it()
    {
        var (bundle, image) = await BundleAsync("0.2.0");
        Run(First);
        Assert.Equal(new AgentRollout(RolloutStage.Underway, "0.2.0", 3), await GoOnAsync(bundle));
        Assert.Equal(image, _fleet.Fleet!.Image);
        _fleet.Fleet = _fleet.Fleet with { Observed = true, Ready = 2, Late = ["node n2 (ContainerCreating)"] };
        Assert.Equal(new AgentRollout(RolloutStage.Underway, "0.2.0", 3, 2, "node n2 (ContainerCreating)"), await GoOnAsync(bundle));
        _fleet.Fleet = _fleet.Fleet with { Ready = 3, Late = [] };
        Assert.Equal(new AgentRollout(RolloutStage.Done, "0.2.0", 3, 3), await GoOnAsync(bundle));
    }

    [Theory]
    [InlineData(First, "0.1.0")]
    [InlineData(First, "0.0.9")]
    [InlineData(First, "0.1.0-rc.1")]
    [InlineData("registry.example.com:5000/agent:1.0.0@sha256:aa", "0.9.9")]
    [InlineData("registry.example.com:5000/agent@sha256:aa", "0.1.0")]
    public async Task An_agent_that_is_not_newer_is_left_alone(string runs, string carried)
    {
        var (bundle, _) = await BundleAsync(carried);
        Run(runs);
        Assert.Equal(RolloutStage.NothingToDo, (await GoOnAsync(bundle)).Stage);
        Assert.Equal(runs, _fleet.Fleet!.Image);
    }

    [Fact]
    public async Task A_new_agent_that_had_its_time_is_set_back_and_not_tried_again_until_there_is_another()
    {
        var (bundle, _) = await BundleAsync("0.2.0");
        Run(First);
        await GoOnAsync(bundle);
        _fleet.Fleet = _fleet.Fleet! with { Observed = true, Ready = 0, Late = ["node n2 (CrashLoopBackOff)"] };
        Assert.Equal(new AgentRollout(RolloutStage.SetBack, "0.2.0", 3, 0, "node n2 (CrashLoopBackOff)"), await GoOnAsync(bundle, back: true));
        Assert.Equal(First, _fleet.Fleet!.Image);
        Assert.Equal(RolloutStage.SetBack, (await GoOnAsync(bundle)).Stage);
        Assert.Equal(First, _fleet.Fleet!.Image);

        var (next, image) = await BundleAsync("0.2.1");
        Assert.Equal(RolloutStage.Underway, (await GoOnAsync(next)).Stage);
        Assert.Equal(image, _fleet.Fleet!.Image);
    }

    [Fact]
    public async Task What_an_administrator_has_undone_stays_undone()
    {
        var (bundle, _) = await BundleAsync("0.2.0");
        Run(First);
        await GoOnAsync(bundle);
        _fleet.Fleet = _fleet.Fleet! with { Image = First, Observed = true, Ready = 3 };
        Assert.Equal(RolloutStage.SetBack, (await GoOnAsync(bundle)).Stage);
        Assert.Equal(First, _fleet.Fleet!.Image);
    }

    [Fact]
    public async Task One_that_became_ready_in_the_last_moment_is_not_set_back()
    {
        var (bundle, image) = await BundleAsync("0.2.0");
        Run(First);
        await GoOnAsync(bundle);
        _fleet.Fleet = _fleet.Fleet! with { Observed = true, Ready = 3 };
        Assert.Equal(RolloutStage.Done, (await GoOnAsync(bundle, back: true)).Stage);
        Assert.Equal(image, _fleet.Fleet!.Image);
    }

    [Fact]
    public async Task Agents_that_are_no_pods_are_told_of_only_when_there_is_a_newer_one()
    {
        Assert.Equal(new AgentRollout(RolloutStage.NotPods, "0.2.0"), await GoOnAsync((await BundleAsync("0.2.0")).Bundle));
        Assert.Equal(RolloutStage.NothingToDo, (await GoOnAsync((await BundleAsync("0.1.0")).Bundle)).Stage);
    }

    [Fact]
    public async Task A_bundle_without_an_agent_or_without_its_blobs_renews_nothing()
    {
        Run(First);
        var (bundle, _) = await BundleAsync(null);
        Assert.Equal(RolloutStage.NothingToDo, (await GoOnAsync(bundle)).Stage);
        Assert.Equal(RolloutStage.NothingToDo, (await GoOnAsync(bundle with { Commitment = Digest.Of("gone"u8).ToString() })).Stage);
        Assert.Equal(RolloutStage.NothingToDo, (await GoOnAsync(null)).Stage);
    }

    [Fact]
    public async Task An_agent_that_nobody_vouches_for_is_not_run()
    {
        var (bundle, _) = await BundleAsync("0.2.0");
        Run(First);
        Assert.Equal(new AgentRollout(RolloutStage.NotVouched, "0.2.0"), await GoOnAsync(bundle with { Vouched = false }));
        Assert.Equal(First, _fleet.Fleet!.Image);
    }

    [Fact]
    public async Task An_API_that_is_away_or_refuses_holds_nothing_else_up()
    {
        var (bundle, _) = await BundleAsync("0.2.0");
        Run(First);
        _api.FailNext();
        Assert.Equal(RolloutStage.Unknown, (await GoOnAsync(bundle)).Stage);
        Assert.Equal(RolloutStage.Underway, (await GoOnAsync(bundle)).Stage);
    }

    [Fact]
    public async Task Without_the_lease_no_agent_is_renewed()
    {
        var (bundle, _) = await BundleAsync("0.2.0");
        Run(First);
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Renewal().GoOnAsync(bundle, false, new SwitchFence(false), default));
        Assert.Equal(First, _fleet.Fleet!.Image);
    }

    private AgentRenewal Renewal() => new(_blobs, new BundleLimits(), _fleet, "0.1.0");

    private ValueTask<AgentRollout> GoOnAsync(BundleView? bundle, bool back = false) => Renewal().GoOnAsync(bundle, back, Held, default);

    private void Run(string image) => _fleet.Fleet = new FleetView("", image, "", "", true, 3, 3, []);

    private async Task<(BundleView Bundle, string Image)> BundleAsync(string? agent)
    {
        var sample = SampleBundle.Small();
        var contents = sample.Contents();
        // One of its images takes the agent's part.
        var image = contents.Images[^1];
        var name = agent is null ? null : AgentImage.NameOf(agent, image.Name.Digest);
        if (name is not null)
            contents = contents with { Images = [.. contents.Images.SkipLast(1), image with { Name = name }], Extra = [name] };
        var bytes = await sample.WriteAsync(contents);
        var reader = await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default);
        await reader.ReadInventoryAsync(default);
        await Blobs.StoreAsync(_blobs, reader.InventoryBytes.ToArray());
        var m = reader.Metadata;
        return (new BundleView(m.Commitment.ToString(), m.InventorySize, m.Version, m.Arch, m.Release, m.Size, m.UnpackedSize, m.Images.Count, "n1") { Vouched = true }, name?.ToString() ?? "");
    }
}
