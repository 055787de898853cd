using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Clients;

/// <summary>The last lines of the log, in memory, for clients that ask for them. Safe for any thread.</summary>
internal sealed class LogRing(TimeProvider time) : ILoggerProvider
{
    /// <summary>Lines kept, and characters of one.</summary>
    public const int MostLines = 2_000, LongestLine = 1_000;

    /// <summary>Characters in one answer: one message of Akka.Remote has 128,000 bytes.</summary>
    private const int Page = 40_000;

    private readonly Queue<string> _lines = new();

    /// <summary>The last <paramref name="count"/> lines, oldest first; fewer when that is more than an answer takes.</summary>
    public IReadOnlyList<string> Last(int count)
    {
        lock (_lines)
        {
            var room = Page;
            return [.. _lines.Reverse().Take(Math.Clamp(count, 1, MostLines)).TakeWhile(line => (room -= line.Length) > 0).Reverse()];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == MostLines)
                _lines.Dequeue();
            _lines.Enqueue(line.Length > LongestLine ? line[..LongestLine] : line);
        }
    }

    private sealed class Logger(LogRing ring, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var at = ring._time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.GetType().Name}: {exception.Message}";
            ring.Add($"{at} {logLevel} {category}: {text.ReplaceLineEndings(" ")}");
        }
    }

    private readonly TimeProvider _time = time;
}
