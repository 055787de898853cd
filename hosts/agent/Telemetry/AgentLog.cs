using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Handcarry.Agent.Telemetry;

/// <summary>How an agent writes its log: to standard output, a line for each message, Akka's own among them.</summary>
internal static class AgentLog
{
    public static void Configure(ILoggingBuilder logging, HandcarryOptions options, NodeTally tally)
    {
        logging.SetMinimumLevel(options.Log.Level).AddFilter("Microsoft", LogLevel.Warning);
        if (options.Log.Format == LogOptions.Json)
        {
            logging.Services.AddSingleton<ConsoleFormatter>(new FactFormatter(options.Node.Name, tally.Read, TimeProvider.System));
            logging.AddConsole(console => console.FormatterName = FactFormatter.FormatterName);
            return;
        }
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
