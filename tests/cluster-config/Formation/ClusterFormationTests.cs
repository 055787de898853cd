using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tests.Hosting;
using static Handcarry.ClusterConfig.Tests.Formation.TestCluster;

namespace Handcarry.ClusterConfig.Tests.Formation;

/// <summary>Real actor systems with mutual TLS, in one process.</summary>
public sealed class ClusterFormationTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("cba")]
    [InlineData("bac")]
    public async Task Three_nodes_started_in_any_order_form_exactly_one_cluster(string order)
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "abc");
        var api = new TestApi();

        foreach (var name in order)
            Join(nodes["abc".IndexOf(name, StringComparison.Ordinal)], nodes, api);

        await AllUp(nodes);
        Assert.Single(api.Founders);
    }

    [Fact]
    public async Task A_fresh_site_whose_first_contact_is_dead_forms_without_it()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "abc");
        var contacts = nodes.Select(node => node.Endpoint).ToArray();
        await nodes[0].StopAsync();
        var api = new TestApi();

        foreach (var node in nodes[1..])
            Join(node, contacts, api.For(node.Options.Node.Name));

        await AllUp(nodes[1..]);
    }

    [Fact]
    public async Task After_a_power_cut_of_the_whole_site_one_node_founds_once_nobody_has_answered_for_long_enough()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "abc");
        var api = new TestApi();
        api.AssumeRecord();

        foreach (var node in nodes)
            Join(node, nodes, api);

        await AllUp(nodes);
        Assert.Single(api.Founders);
    }

    [Fact]
    public async Task A_node_that_reaches_no_member_founds_nothing_while_the_cluster_renews_its_lease()
    {
        await using var site = new TestSite();
        var first = await site.StartAsync("first");
        var api = new TestApi();
        Join(first, [first], api);
        await AllUp(first);

        var cut = await site.StartAsync("cut");
        var refused = 0;
        var authority = api.For("cut");
        var nobody = new Endpoint("127.0.0.1", 1);
        ClusterFormation.Start(
            cut.System,
            new MembershipOptions { Contacts = [nobody], FoundAfter = TimeSpan.FromMilliseconds(200) },
            authority with
            {
                TryHoldLease = async cancellationToken =>
                {
                    var held = await authority.TryHoldLease(cancellationToken);
                    Interlocked.Increment(ref refused);
                    return held;
                },
            });
        await Until.True(() => refused >= 2);
        Assert.Empty(cut.Cluster.State.Members);

        await cut.StopAsync();
        var back = await site.StartAsync("cut");
        Join(back, [first], api);
        await AllUp(first, back);
    }

    [Fact]
    public async Task When_the_leader_has_left_the_next_one_takes_over_the_lease()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "ab");
        var api = new TestApi();
        Join(nodes[0], nodes, api);
        Join(nodes[1], nodes, api);
        await AllUp(nodes);
        var founder = nodes.Single(node => node.Options.Node.Name == api.Founders[0]);
        var other = nodes.Single(node => node != founder);

        await founder.StopAsync();
        api.ExpireLease();

        await Until.True(() => api.Holder == other.Options.Node.Name);
    }

    [Fact]
    public async Task When_the_API_is_away_nobody_founds_and_when_it_returns_one_does()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "ab");
        var api = new TestApi { Away = true };
        var asked = 0;
        foreach (var node in nodes)
        {
            var authority = api.For(node.Options.Node.Name);
            Join(node, nodes.Select(n => n.Endpoint), authority with
            {
                TryCreateRecord = token =>
                {
                    Interlocked.Increment(ref asked);
                    return authority.TryCreateRecord(token);
                },
            });
        }

        await Until.True(() => asked >= 4);
        Assert.All(nodes, node => Assert.Empty(node.Cluster.State.Members));
        api.Away = false;
        await AllUp(nodes);
        Assert.Single(api.Founders);
    }

    [Fact]
    public async Task Nodes_that_know_of_each_other_from_the_API_alone_form_one_cluster_whoever_comes_later_included()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "abc");
        var api = new TestApi();
        IReadOnlyList<Endpoint> known = [nodes[0].Endpoint];
        void Enter(TestNode node) => Join(node, [], api.For(node.Options.Node.Name) with { Discover = _ => ValueTask.FromResult(known) });

        Enter(nodes[0]);
        await AllUp(nodes[0]);
        known = [.. nodes.Select(node => node.Endpoint)];
        Enter(nodes[1]);
        Enter(nodes[2]);

        await AllUp(nodes);
        Assert.Single(api.Founders);
    }

    [Fact]
    public async Task A_node_joins_one_that_the_API_names_only_after_it_was_away()
    {
        await using var site = new TestSite();
        var nodes = await Start(site, "ab");
        var api = new TestApi();
        api.AssumeRecord();
        Join(nodes[0], nodes, api);
        await AllUp(nodes[0]);

        var asked = 0;
        Join(nodes[1], [], api.For("b") with
        {
            Discover = _ => ++asked switch
            {
                1 => throw new HttpRequestException("connection refused"),
                2 => ValueTask.FromResult<IReadOnlyList<Endpoint>>([]),
                _ => ValueTask.FromResult<IReadOnlyList<Endpoint>>([nodes[0].Endpoint, nodes[1].Endpoint]),
            },
        });

        await AllUp(nodes);
        Assert.Equal(["a"], api.Founders.Distinct());
    }

    private static Task<TestNode[]> Start(TestSite site, string names) => Task.WhenAll(names.Select(name => site.StartAsync(name.ToString())));
}
