using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Tests.Tls;

public sealed class NodeEnrollmentTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SharedAuthority _shared = new();
    private readonly SetClock _clock = new();
    private readonly List<EnrolledNode> _nodes = [];

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task The_first_agent_makes_the_authority_and_the_next_gets_its_certificate_from_it()
    {
        var (a, b) = (Node("node-1"), Node("node-2"));
        Assert.Contains("it had none", await a.LookAsync(), StringComparison.Ordinal);
        await b.LookAsync();
        Assert.Equal((1, null, null), (_shared.Created, a.Refusal(b), b.Refusal(a)));
        Assert.True(a.Running.Leaf.MatchesHostname("node-1") && a.Running.Leaf.MatchesHostname("10.0.0.1"));
    }

    [Fact]
    public async Task Of_many_agents_that_start_at_once_one_makes_the_authority()
    {
        var nodes = Enumerable.Range(1, 8).Select(i => Node($"node-{i}")).ToArray();
        // All have read that there is none before the first writes.
        using var barrier = new CountdownEvent(nodes.Length);
        _shared.BeforeWrite = () =>
        {
            barrier.Signal();
            barrier.Wait();
        };
        await Task.WhenAll(nodes.Select(node => Task.Factory.StartNew(() => node.LookAsync().GetAwaiter().GetResult(), TaskCreationOptions.LongRunning)));
        Assert.Equal(1, _shared.Created);
        Assert.All(nodes, node => Assert.All(nodes, other => Assert.Null(node.Refusal(other))));
    }

    [Fact]
    public async Task What_is_valid_is_left_alone()
    {
        var node = Node("node-1");
        await node.LookAsync();
        var before = (File.ReadAllText(node.Files.Certificate), _shared.Kept!.Version);
        Assert.Null(await node.LookAsync());
        Assert.Equal(before, (File.ReadAllText(node.Files.Certificate), _shared.Kept!.Version));
    }

    [Fact]
    public async Task A_certificate_is_renewed_after_two_thirds_of_its_life_and_before_five_sixths()
    {
        var node = Node("node-1");
        await node.LookAsync();
        var (from, to) = (node.Running.Leaf.NotBefore.ToUniversalTime(), node.Running.Leaf.NotAfter.ToUniversalTime());
        _clock.Now = from + ((to - from) * 0.66);
        Assert.Null(await node.LookAsync());
        _clock.Now = from + ((to - from) * 0.84);
        Assert.Contains("it ends at", await node.LookAsync(), StringComparison.Ordinal);
        Assert.True(node.Running.Leaf.NotAfter.ToUniversalTime() > to);
    }

    [Fact]
    public async Task A_node_that_got_another_address_gets_another_certificate()
    {
        var node = Node("node-1");
        await node.LookAsync();
        node.Address = "FD00:0::7";
        Assert.Contains("fd00::7", await node.LookAsync(), StringComparison.Ordinal);
        Assert.Null(await node.LookAsync());
    }

    [Fact]
    public async Task Whatever_was_half_written_is_made_anew()
    {
        var node = Node("node-1");
        await node.LookAsync();
        using var other = CertificateAuthority.Create("other", TimeSpan.FromDays(1), _clock);
        using var issued = other.Issue("node-1", ["node-1", "10.0.0.1"], TimeSpan.FromDays(1));
        issued.Write(_folder["crt"], _folder["key"]);
        foreach (var (file, with) in ((string, string)[])[(node.Files.Key, _folder["key"]), (node.Files.Certificate, _folder["crt"]), (node.Files.Key, "/dev/null")])
        {
            File.WriteAllText(file, File.ReadAllText(with));
            Assert.Contains("cannot be used", await node.LookAsync(), StringComparison.Ordinal);
        }

        File.Delete(node.Files.Key);
        Assert.Contains("it had none", await node.LookAsync(), StringComparison.Ordinal);
        Assert.Null(node.Refusal(node));
    }

    [Fact]
    public async Task Files_are_readable_by_their_owner_alone()
    {
        var node = Node("node-1");
        await node.LookAsync();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All([node.Files.Key, node.Files.Certificate, node.Files.Ca], file => Assert.Equal(owner, File.GetUnixFileMode(file)));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(node.Files.Key)!));
    }

    [Fact]
    public async Task When_what_was_kept_is_lost_agents_still_trust_those_that_have_not_noticed()
    {
        var (a, b) = (Node("node-1"), Node("node-2"));
        await a.LookAsync();
        await b.LookAsync();
        _shared.Delete();
        Assert.NotNull(await a.LookAsync());
        Assert.Null(a.Refusal(b));
        Assert.NotNull(await b.LookAsync());
        Assert.Equal((null, null), (a.Refusal(b), b.Refusal(a)));
    }

    [Fact]
    public async Task What_is_no_authority_is_refused_with_what_to_do()
    {
        _shared.Put(new Dictionary<string, string> { ["authority.crt"] = "x" });
        var wrong = await Assert.ThrowsAsync<CertificateException>(() => Node("node-1").LookAsync());
        Assert.Contains("Secret handcarry-authority", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("delete it", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_25_years_no_agent_ever_refuses_another_whenever_each_looks()
    {
        var nodes = Enumerable.Range(1, 3).Select(i => Node($"node-{i}")).ToArray();
        var random = new Random(7);
        var (end, idle, authorities) = (_clock.Now.AddYears(25), 0, new HashSet<string>());
        foreach (var node in nodes)
            await node.LookAsync();
        while (_clock.Now < end)
        {
            // One of them does not look, never twice in a row: no one goes for 60 days without, the time in which a new authority only is trusted.
            _clock.Now += TimeSpan.FromDays(random.Next(1, 29));
            idle = (idle + random.Next(1, nodes.Length)) % nodes.Length;
            foreach (var node in nodes.Where((_, i) => i != idle))
                await node.LookAsync();
            foreach (var node in nodes)
                Assert.All(nodes, other => Assert.True(node.Refusal(other) is null, $"{_clock.Now:u}: {node.Refusal(other)}"));
            authorities.Add(nodes[0].Running.Leaf.Issuer);
        }

        Assert.InRange(authorities.Count, 3, 4);
        // Each year a leaf or two, and each new authority.
        Assert.All(nodes, node => Assert.InRange(node.Starts, 25, 45));
    }

    [Fact]
    public async Task A_site_that_was_off_for_longer_than_its_authority_lives_starts_again()
    {
        var (a, b) = (Node("node-1"), Node("node-2"));
        await a.LookAsync();
        await b.LookAsync();
        _clock.Now += TimeSpan.FromDays(4000);
        await a.LookAsync();
        await b.LookAsync();
        Assert.Equal((null, null), (a.Refusal(b), b.Refusal(a)));
        Assert.Single(PemFile.Split(File.ReadAllText(a.Files.Ca)));
    }

    private EnrolledNode Node(string name)
    {
        var node = new EnrolledNode(_folder.Path, name, $"10.0.0.{name[^1]}", _shared, _clock);
        _nodes.Add(node);
        return node;
    }
}
