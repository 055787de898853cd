using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Agent.Telemetry;
using Handcarry.Twins;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Agent.Tests.Telemetry;

public sealed class FactFormatterTests
{
    private NodeTallied _tallied = new();

    [Fact]
    public void A_message_is_one_line_with_node_and_time_and_the_fields_it_names()
    {
        var fact = Written(log => log.LogWarning("Phase {Phase} {Reason}: {Words}\nand more", "Refused", "NotNewer", "no"));
        Assert.Equal(("2025-06-01T12:00:00Z", "Warning", "node-1", "Some.Where"), (Text(fact, "time"), Text(fact, "level"), Text(fact, "node"), Text(fact, "from")));
        Assert.Equal("Phase Refused NotNewer: no\nand more", Text(fact, "message"));
        Assert.Equal(("Refused", "NotNewer"), (Text(fact, "phase"), Text(fact, "reason")));
        Assert.Equal(8, fact.EnumerateObject().Count());
    }

    [Fact]
    public void The_bundle_that_is_worked_on_is_named()
    {
        _tallied = _tallied with { Bundle = new BundleFacts("sha256:aa", 1, "4.12.1", "x86_64", "r", 1, 1, 1) };
        var fact = Written(log => log.LogWarning("So it is"));
        Assert.Equal(("4.12.1", "sha256:aa"), (Text(fact, "bundle"), Text(fact, "commitment")));
    }

    [Fact]
    public void What_a_message_names_does_not_replace_what_every_line_has() =>
        Assert.Equal("node-1", Text(Written(log => log.LogWarning("On {Node}", "another")), "node"));

    [Fact]
    public void An_exception_is_told_with_its_kind() =>
        Assert.StartsWith("System.InvalidOperationException: broken", Text(Written(log => log.LogWarning(new InvalidOperationException("broken"), "It failed")), "error"), StringComparison.Ordinal);

    private static string? Text(JsonElement fact, string name) => fact.GetProperty(name).GetString();

    private JsonElement Written(Action<ILogger> log)
    {
        var formatter = new FactFormatter("node-1", () => _tallied, new ManualTime());
        var line = new StringWriter();
        log(new Capture(line, formatter));
        var text = line.ToString();
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        return JsonDocument.Parse(text).RootElement;
    }

    // What the console's logger does with a formatter.
    private sealed class Capture(TextWriter writer, FactFormatter formatter) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            var entry = new LogEntry<TState>(logLevel, "Some.Where", eventId, state, exception, format);
            formatter.Write(in entry, null, writer);
        }
    }
}
