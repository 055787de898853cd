using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>Runs an intake to its end.</summary>
internal static class BundleIntakes
{
    public static async Task<List<IntakeResult>> RunAsync(BundleReader reader, BlobStore store)
    {
        using var system = ActorSystem.Create("intake", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        using var materializer = system.Materializer();
        var results = new List<IntakeResult>();
        await BundleIntake.Create(reader, store, new IntakeOptions()).RunForeach(results.Add, materializer);
        await system.Terminate();
        return results;
    }
}
