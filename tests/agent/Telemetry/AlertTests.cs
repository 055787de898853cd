using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Handcarry.Agent.Tests.Telemetry;

/// <summary>The rules and the dashboard of deploy/monitoring, judged by promtool and held against the metrics that an agent has.</summary>
public sealed partial class AlertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-rules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task The_rules_are_well_formed() => Assert.Equal("", await Promtool.ObjectionAsync("", "check", "rules", Rules()));

    [SkippableFact]
    public async Task Each_alert_fires_when_it_should_and_not_otherwise()
    {
        Rules();
        var tests = Path.Combine(_folder, "alerts.test.yaml");
        File.Copy(Repository("tests/agent/Telemetry/alerts.test.yaml"), tests);
        Assert.Equal("", await Promtool.ObjectionAsync("", "test", "rules", tests));
    }

    [Fact]
    public void Every_alert_has_a_test()
    {
        var tests = File.ReadAllText(Repository("tests/agent/Telemetry/alerts.test.yaml"));
        var alerts = AlertNames().Matches(File.ReadAllText(Repository("deploy/monitoring/rules.yaml"))).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(alerts.Length > 8);
        Assert.All(alerts, alert => Assert.Contains(alert, tests, StringComparison.Ordinal));
        var page = File.ReadAllText(Repository("docs/metrics.md"));
        Assert.All(alerts, alert => Assert.Contains($"`{alert}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deploy/monitoring/rules.yaml")]
    [InlineData("deploy/monitoring/dashboard.json")]
    public void Every_metric_that_is_asked_for_is_told_by_an_agent(string file)
    {
        using var agent = new AFullAgent();
        var asked = MetricNames().Matches(File.ReadAllText(Repository(file))).Select(match => match.Value).Distinct().ToArray();
        Assert.True(asked.Length > 5);
        Assert.Empty(asked.Except(agent.Names));
    }

    [Fact]
    public void Every_metric_of_an_agent_is_on_its_page_and_no_other()
    {
        using var agent = new AFullAgent();
        var page = MetricNames().Matches(File.ReadAllText(Repository("docs/metrics.md"))).Select(match => match.Value).Distinct().Order();
        Assert.Equal(agent.Names.Order(), page);
    }

    // As Prometheus itself reads them: the spec of the object, in JSON, which is YAML too.
    private string Rules()
    {
        var body = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Repository("deploy/monitoring/rules.yaml")));
        var file = Path.Combine(_folder, "rules.json");
        File.WriteAllText(file, JsonSerializer.Serialize(body["spec"]));
        return file;
    }

    private static string Repository(string path)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Actors.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, path);
    }

    [GeneratedRegex("alert: (Handcarry[A-Za-z]+)")]
    private static partial Regex AlertNames();

    // Not the names of objects, which have a hyphen, nor those of alerts.
    [GeneratedRegex(@"\b(handcarry|process)_[a-z_]+\b")]
    private static partial Regex MetricNames();
}
