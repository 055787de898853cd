namespace Handcarry.Agent.Tests.Telemetry;

public sealed class AgentMetricsTests : IDisposable
{
    private readonly AFullAgent _agent = new();

    public void Dispose() => _agent.Dispose();

    [SkippableFact]
    public async Task The_text_is_what_Prometheus_takes_with_names_and_help_by_its_conventions() =>
        Assert.Equal("", await Promtool.ObjectionAsync(_agent.Text, "check", "metrics"));

    [Fact]
    public void Numbers_are_those_that_were_told()
    {
        _agent.Transfers.Drew(40);
        _agent.Transfers.Drew(2);
        _agent.Transfers.Sent(7);
        var samples = _agent.Samples;
        Assert.Equal(("42", "7", "77"), (samples["handcarry_received_bytes_total"], samples["handcarry_sent_bytes_total"], samples["handcarry_medium_read_bytes_total"]));
        Assert.Equal(("5", "6"), (samples["handcarry_free_bytes{for=\"blobs\"}"], samples["handcarry_free_bytes{for=\"store\"}"]));
        Assert.Equal("20", samples["handcarry_link_bytes_per_second{peer=\"node-2\"}"]);
        Assert.Equal("1", samples["handcarry_api_requests_total{verb=\"get\",resource=\"nodes\",code=\"200\"}"]);
        Assert.Equal("1", samples["handcarry_node_reason{reason=\"NoSpace\"}"]);
    }

    [Fact]
    public void A_node_is_in_one_stage()
    {
        var stages = _agent.Samples.Where(sample => sample.Key.StartsWith("handcarry_node_stage{", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, stages.Length);
        Assert.Equal("handcarry_node_stage{stage=\"Receiving\"}", Assert.Single(stages, stage => stage.Value == "1").Key);
    }

    [Fact]
    public void What_may_be_refused_has_a_count_before_anything_is()
    {
        foreach (var source in new[] { "medium", "peer", "disk", "store" })
            Assert.Equal("0", _agent.Samples[$"handcarry_digest_mismatches_total{{source=\"{source}\"}}"]);
    }

    [Fact]
    public void The_site_is_told_by_the_node_of_the_supervisor_alone()
    {
        Assert.Equal(("1", "3"), (_agent.Samples["handcarry_upgrade_phase{phase=\"Carrying\"}"], _agent.Samples["handcarry_upgrade_nodes"]));
        _agent.Hear("node-2", acting: true);
        Assert.Equal("0", _agent.Samples["handcarry_supervisor_acting"]);
        Assert.DoesNotContain(_agent.Names, name => name.StartsWith("handcarry_upgrade_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_supervisor_that_has_fallen_silent_or_waits_for_the_lease_does_not_act()
    {
        Assert.Equal("1", _agent.Samples["handcarry_supervisor_acting"]);
        _agent.Time.Advance(TimeSpan.FromSeconds(26));
        Assert.Equal("0", _agent.Samples["handcarry_supervisor_acting"]);
        _agent.Hear("node-1", acting: false);
        Assert.Equal("0", _agent.Samples["handcarry_supervisor_acting"]);
    }

    [Fact]
    public void A_label_says_what_it_was_given_whatever_is_in_it() =>
        Assert.Contains("reason=\"A \\\"quoted\\\" \\\\ reason\\n\"", _agent.Text, StringComparison.Ordinal);
}
