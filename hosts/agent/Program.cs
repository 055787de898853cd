using System.Collections;
using Handcarry.Agent;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

// handcarry-agent [--config FILE] [--section.key=value ...]
// Exit codes: 0 stopped, 1 unexpected, 2 the configuration cannot be used.
if (args is ["--help" or "-h"])
{
    Console.WriteLine(
        """
        Usage: handcarry-agent [--config FILE] [--section.key=value ...]

        Runs Handcarry's agent on a node. FILE is a handcarry.yaml (docs/configuration.md); the environment
        (HANDCARRY__SECTION__KEY) goes over it, and flags over that. Stops in good order on SIGTERM.

        Exit codes: 0 stopped, 1 unexpected failure, 2 the configuration cannot be used.
        """);
    return 0;
}

NativeHeap.Tighten();
var config = args.Length >= 2 && args[0] == "--config" ? args[1] : null;
var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);
try
{
    var options = HandcarryConfiguration.Load(config, environment, config is null ? args : args[2..]);
    await AgentHost.RunAsync(options);
    return 0;
}
catch (Exception e) when (e is ConfigurationException or CertificateException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"handcarry-agent: {e.Message}");
    return 2;
}
