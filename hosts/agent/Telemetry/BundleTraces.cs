using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;

namespace Handcarry.Agent.Telemetry;

/// <summary>
/// The way of a bundle as spans: one for each stage of this node and, on the node with the supervisor, one for each phase of the site. All nodes' spans of a bundle are one trace, whose number
/// is made from the bundle's commitment, as is that of the span above all others, which stands for the bundle itself and is sent by nobody. A span is sent when it ends; one that is under way when the agent ends is
/// sent as far as it came. Nothing is recorded while nobody listens to <see cref="SourceName"/>. Safe for any thread.
/// </summary>
internal sealed class BundleTraces : IDisposable
{
    /// <summary>Name of the source of activities.</summary>
    public const string SourceName = "Handcarry.Agent";

    private readonly ActivitySource _source = new(SourceName);
    private readonly SiteBoard _site;
    private readonly string _node;
    private readonly Lock _gate = new();
    private Activity? _stage;
    private (string Commitment, Stage Stage) _at;
    private Activity? _phase;
    private (string Commitment, Phase Phase) _siteAt;
    private string _reason = "";

    /// <summary>Listens to <paramref name="site"/> until it is disposed.</summary>
    public BundleTraces(SiteBoard site, string node)
    {
        (_site, _node) = (site, node);
        site.Reported += OnReport;
        site.Heard += OnSummary;
    }

    /// <summary>What spans of a bundle belong to.</summary>
    public static ActivityContext ContextOf(string commitment)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(commitment));
        return new ActivityContext(ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)), ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _site.Reported -= OnReport;
        _site.Heard -= OnSummary;
        lock (_gate)
        {
            _stage?.Dispose();
            _phase?.Dispose();
        }

        _source.Dispose();
    }

    private void OnReport(NodeReport report)
    {
        lock (_gate)
        {
            _stage?.SetTag("handcarry.bytes_held", report.BytesHeld).SetTag("handcarry.images_loaded", report.ImagesLoaded)
                .SetTag("handcarry.bytes_read", report.MediumBytes).SetTag("handcarry.bytes_drawn", report.DrawnBytes).SetTag("handcarry.bytes_sent", report.SentBytes);
            if (_at != (report.Commitment, report.Stage))
            {
                _stage?.Dispose();
                _at = (report.Commitment, report.Stage);
                // In the last one a node stays for weeks.
                _stage = report.Commitment.Length == 0 || report.Stage is Stage.Waiting or Stage.Upgraded or Stage.Clean ? null : Start($"node {report.Stage}", report.Commitment);
                _stage?.SetTag("handcarry.stage", report.Stage.ToString());
                _reason = "";
            }

            if (report.Reason != _reason)
                Trouble(_stage, report.Reason, report.Message);
            _reason = report.Reason;
        }
    }

    private void OnSummary(SiteSummary summary)
    {
        lock (_gate)
        {
            var here = summary.Supervisor == _node && summary.Acting && summary.Commitment.Length > 0;
            if (here && _siteAt == (summary.Commitment, summary.Phase))
                return;
            _phase?.Dispose();
            _phase = null;
            _siteAt = here ? (summary.Commitment, summary.Phase) : default;
            if (!here || summary.Phase == Phase.Idle)
                return;
            _phase = Start($"site {summary.Phase}", summary.Commitment);
            _phase?.SetTag("handcarry.phase", summary.Phase.ToString()).SetTag("handcarry.version", summary.BundleVersion);
            if (summary.Phase is Phase.Refused or Phase.Failed)
                Trouble(_phase, summary.Reason, summary.Message);
            if (summary.Phase is not (Phase.Completed or Phase.Refused or Phase.Failed or Phase.Cancelled))
                return;
            // A result lasts: it is told now, and not when the next bundle comes.
            _phase?.Dispose();
            _phase = null;
        }
    }

    private Activity? Start(string name, string commitment)
    {
        var activity = _source.StartActivity(name, ActivityKind.Internal, ContextOf(commitment));
        activity?.SetTag("handcarry.bundle", commitment).SetTag("handcarry.node", _node);
        // It is nobody's surroundings: what this thread does next has nothing to do with it.
        if (activity is not null && Activity.Current == activity)
            Activity.Current = null;
        return activity;
    }

    private static void Trouble(Activity? activity, string reason, string message)
    {
        if (reason.Length == 0)
            return;
        activity?.AddEvent(new ActivityEvent(reason, tags: new ActivityTagsCollection { ["handcarry.message"] = message }));
        activity?.SetStatus(ActivityStatusCode.Error, reason);
    }
}
