using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Operator;

/// <summary>Edits the status of a ClusterVersion the way the operator does (cluster-version-operator, pkg/cvo/status.go).</summary>
internal sealed class ClusterVersionStatus(JsonObject clusterVersion, DateTimeOffset now)
{
    // pkg/cvo/status.go keeps no more.
    private const int MaxHistory = 100;

    private readonly JsonObject _status = clusterVersion.Object("status");

    public string DesiredImage => _status.Text("desired", "image") ?? "";

    public JsonObject? Head => (_status["history"] as JsonArray)?.FirstOrDefault() as JsonObject;

    public void Observe() => _status["observedGeneration"] = clusterVersion["metadata"].Number("generation") ?? 0;

    /// <summary>Sets a condition; its transition time moves only with its status.</summary>
    public void Set(string type, bool holds, string reason, string message)
    {
        if (_status["conditions"] is not JsonArray conditions)
            _status["conditions"] = conditions = [];
        var status = holds ? "True" : "False";
        var old = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["lastTransitionTime"] = old.Text("status") == status ? old.Text("lastTransitionTime") : ObjectMeta.Time(now),
        };
        if (reason.Length > 0)
            condition["reason"] = reason;
        if (message.Length > 0)
            condition["message"] = message;
        if (old is null)
            conditions.Add(condition);
        else
            conditions[conditions.IndexOf(old)] = condition;
    }

    public void Unset(string type)
    {
        foreach (var condition in (_status["conditions"] as JsonArray ?? []).OfType<JsonObject>().Where(c => c.Text("type") == type).ToArray())
            ((JsonArray)_status["conditions"]!).Remove(condition);
    }

    /// <summary>A release has been loaded: it is what is desired now, and the newest entry of the history.</summary>
    public void Begin(string image, Payload payload, bool verified, string acceptedRisks)
    {
        var desired = new JsonObject { ["version"] = payload.Version, ["image"] = image };
        if (payload.Url.Length > 0)
            desired["url"] = payload.Url;
        _status["desired"] = desired;
        _status["versionHash"] = Streams.Content.Digest.Of(Json.Write(desired)).Hex[..16];
        if (_status["history"] is not JsonArray history)
            _status["history"] = history = [];
        if (Head is { } previous && previous["completionTime"] is null)
            previous["completionTime"] = ObjectMeta.Time(now);
        var entry = new JsonObject
        {
            ["state"] = "Partial",
            ["startedTime"] = ObjectMeta.Time(now),
            ["completionTime"] = null,
            ["version"] = payload.Version,
            ["image"] = image,
            ["verified"] = verified,
        };
        if (acceptedRisks.Length > 0)
            entry["acceptedRisks"] = acceptedRisks;
        history.Insert(0, entry);
        while (history.Count > MaxHistory)
            history.RemoveAt(history.Count - 1);
    }

    public void Complete()
    {
        Head!["state"] = "Completed";
        Head["completionTime"] = ObjectMeta.Time(now);
    }
}
