using System.Diagnostics.Metrics;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Telemetry;

/// <summary>What a node's own agent tells of itself (docs/metrics.md, "Of each node").</summary>
internal static class NodeMetrics
{
    private const string Bytes = "By";
    private const string Seconds = "s";

    public static void AddTo(Meter meter, MetricSources from)
    {
        Carried(meter, from);
        Standing(meter, from);
        Room(meter, from);
        Trouble(meter, from);
        Api(meter, from);
        Process(meter);
    }

    private static void Carried(Meter meter, MetricSources from)
    {
        meter.CreateObservableCounter("handcarry_medium_read_bytes_total", () => Of(from, report => report.MediumBytes), Bytes, "Bytes read from media in this node.");
        meter.CreateObservableCounter("handcarry_received_bytes_total", () => from.Transfers.BytesDrawn, Bytes, "Blob bytes drawn from other nodes, those of failed draws included.");
        meter.CreateObservableCounter("handcarry_sent_bytes_total", () => from.Transfers.BytesSent, Bytes, "Blob bytes served to other nodes and to this node's runtime.");
        meter.CreateObservableCounter("handcarry_received_blobs_total", () => from.Transfers.BlobsDrawn, null, "Blobs drawn to their end and verified.");
        meter.CreateObservableCounter("handcarry_stored_bytes_total", () => from.Tally.Read().StoredBytes, Bytes, "Bytes of blobs that were verified and kept.");
        meter.CreateObservableCounter("handcarry_stored_blobs_total", () => from.Tally.Read().StoredBlobs, null, "Blobs that were verified and kept.");
        meter.CreateObservableCounter("handcarry_imports_total", () => from.Tally.Read().Imports, null, "Images imported one by one; those of a sealed store come together and are not counted.");
        meter.CreateObservableGauge("handcarry_link_bytes_per_second", () => Of(from, r => r.Link).Select(link => Value(link.BytesPerSecond, ("peer", link.From))), Bytes, "How fast this node draws from its holder; absent while it keeps up with it.");
        meter.CreateObservableGauge("handcarry_medium_bytes_per_second", () => Of(from, r => r.Media.Select(m => m.Pace).OfType<MediumPace>().FirstOrDefault()).Select(pace => Value(pace.BytesPerSecond)), Bytes, "How fast the medium in this node is read; absent while none is.");
        meter.CreateObservableGauge("handcarry_yield_bytes_per_second", () => Of(from, r => r.Yield).Select(yield => Value(yield.BytesPerSecond)), Bytes, "What this node carries at most for the sake of what else runs on it; absent when it does not yield.");
    }

    private static void Standing(Meter meter, MetricSources from)
    {
        meter.CreateObservableGauge("handcarry_node_stage", () => OneOf("stage", from.Tally.Read().Stage), null, "1 for the stage this node is in, 0 for the others.");
        meter.CreateObservableCounter("handcarry_stage_seconds_total", () => from.Tally.Read().InStage.Select(s => new Measurement<double>(s.Value.TotalSeconds, Label("stage", s.Key.ToString()))), Seconds, "How long this node was in each stage.");
        meter.CreateObservableGauge("handcarry_node_reason", () => Of(from, r => r.Reason.Length > 0 ? r : null).Select(r => Value(1, ("reason", r.Reason))), null, "1 under the reason word of what this node waits for or suffers from; absent when there is nothing.");
        meter.CreateObservableGauge("handcarry_bundle_info", () => from.Tally.Read().Bundle is { } bundle ? [Value(1, ("version", bundle.Version), ("commitment", bundle.Commitment))] : Array.Empty<Measurement<long>>(), null, "1 under version and commitment of the bundle this node works on or whose images it has.");
        meter.CreateObservableGauge("handcarry_bundle_size_bytes", () => from.Tally.Read().Bundle?.Size ?? 0, Bytes, "Bytes of all blobs of that bundle.");
        meter.CreateObservableGauge("handcarry_bundle_held_bytes", () => Of(from, r => r.BytesHeld), Bytes, "Bytes of that bundle's blobs that are verified and here.");
        meter.CreateObservableGauge("handcarry_bundle_held_blobs", () => Of(from, r => (long)r.BlobsHeld), null, "That bundle's blobs that are verified and here.");
        meter.CreateObservableGauge("handcarry_images_loaded", () => Of(from, r => (long)r.ImagesLoaded), null, "Images of that bundle that are loaded.");
        meter.CreateObservableGauge("handcarry_node_extracted", () => Of(from, r => r.Extracted ? 1L : 0), null, "1 when all blobs of that bundle are here.");
        meter.CreateObservableGauge("handcarry_node_pinned", () => Of(from, r => r.Pinned ? 1L : 0), null, "1 when the runtime keeps all images of that bundle.");
        meter.CreateObservableGauge("handcarry_media", () => from.Tally.Read().Report is { } r ? [Value(r.Media.Count(m => m.Usable), ("usable", "true")), Value(r.Media.Count(m => !m.Usable), ("usable", "false"))] : Array.Empty<Measurement<long>>(), null, "Media in this node, by whether a bundle can be read from them.");
    }

    private static void Room(Meter meter, MetricSources from) =>
        meter.CreateObservableGauge("handcarry_free_bytes", () => from.Tally.Read().Report is { } r ? [Value(r.FreeForBlobs, ("for", "blobs")), Value(r.FreeForStore, ("for", "store"))] : Array.Empty<Measurement<long>>(), Bytes, "Bytes free on the file systems of the blobs and of the image store, which may be one.");

    private static void Trouble(Meter meter, MetricSources from)
    {
        meter.CreateObservableCounter("handcarry_rejected_blobs_total", () => By("source", from.Tally.Read().RejectedBlobs), null, "Blobs, and proofs of sealed stores, that were refused for their bytes, by where these came from.");
        meter.CreateObservableCounter("handcarry_rejected_bytes_total", () => By("source", from.Tally.Read().RejectedBytes), Bytes, "The bytes that those blobs should have had.");
        meter.CreateObservableCounter("handcarry_digest_mismatches_total", () => By("source", from.Tally.Read().Mismatches), null, "How many of them did not hash to their digest.");
        meter.CreateObservableCounter("handcarry_retries_total", () => By("what", from.Tally.Read().Retries), null, "What failed and is tried again: draws from peers, reading media, loading images, looking at the runtime.");
        meter.CreateObservableCounter("handcarry_journal_errors_total", () => from.Tally.Read().JournalErrors, null, "Failures to write the journal of this node; the process ends after one and starts again at 0.");
    }

    private static void Api(Meter meter, MetricSources from)
    {
        meter.CreateObservableCounter("handcarry_api_requests_total", () => from.Api.Counts.Select(c => Value(c.Value, ("verb", c.Key.Verb), ("resource", c.Key.Resource), ("code", c.Key.Code))), null, "Requests to the Kubernetes API by what became of them; code none: no answer.");
        meter.CreateObservableGauge("handcarry_api_last_answer_age_seconds", () => Since(from.Api.SinceAnswer), Seconds, "How long ago the Kubernetes API answered this agent; absent until it has.");
    }

    private static void Process(Meter meter)
    {
        meter.CreateObservableGauge("handcarry_build_info", () => Value(1, ("version", typeof(NodeMetrics).Assembly.GetName().Version!.ToString(3))), null, "1 under the version of the agent.");
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, Seconds, "Processor time of the agent.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, Bytes, "Memory of the agent that is resident.");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        var started = self.StartTime.ToUniversalTime();
        meter.CreateObservableGauge("process_start_time_seconds", () => (started - DateTime.UnixEpoch).TotalSeconds, Seconds, "When the agent began, since the epoch.");
    }

    internal static Measurement<long> Value(long value, params ReadOnlySpan<(string Name, string Label)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = Label(labels[i].Name, labels[i].Label);
        return new Measurement<long>(value, tags);
    }

    internal static IEnumerable<Measurement<long>> OneOf<T>(string label, T now) where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => Value(value.Equals(now) ? 1 : 0, (label, value.ToString())));

    internal static IEnumerable<Measurement<double>> Since(TimeSpan? age) => age is { } span ? [new Measurement<double>(span.TotalSeconds)] : [];

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static IEnumerable<Measurement<long>> By(string label, IEnumerable<KeyValuePair<string, long>> counts) => counts.Select(c => Value(c.Value, (label, c.Key)));

    private static long Of(MetricSources from, Func<NodeReport, long> number) => from.Tally.Read().Report is { } report ? number(report) : 0;

    private static IEnumerable<T> Of<T>(MetricSources from, Func<NodeReport, T?> fact) where T : class => from.Tally.Read().Report is { } report && fact(report) is { } it ? [it] : [];
}
