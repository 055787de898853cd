using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Storage;

namespace Handcarry.Lab.Api.Serving;

/// <summary>
/// Lists in chunks: the snapshot a first chunk came from is kept for a while, so that the later chunks are of the same moment, as they are with the
/// real server, and expire as they do there.
/// </summary>
internal sealed class ContinueTokens
{
    private const int MaxKept = 16;

    private const string TooOld =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

    private readonly Lock _gate = new();
    private readonly LinkedList<(ResourceType Type, string Namespace, Snapshot Snapshot)> _kept = [];

    public string Keep(ResourceType type, string space, Snapshot snapshot, StoredObject last)
    {
        lock (_gate)
        {
            _kept.AddLast((type, space, snapshot));
            if (_kept.Count > MaxKept)
                _kept.RemoveFirst();
        }
        var token = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = snapshot.Version, ["start"] = $"{last.Namespace}/{last.Name}" };
        return Base64Url.EncodeToString(Json.Write(token));
    }

    /// <summary>What is left of the list the token stands for. 410 when it has been forgotten, 400 when it is no token.</summary>
    public Snapshot Resume(ResourceType type, string space, string token)
    {
        var (version, start) = Read(token);
        lock (_gate)
        {
            foreach (var kept in _kept)
            {
                if (ReferenceEquals(kept.Type, type) && kept.Namespace == space && kept.Snapshot.Version == version)
                    return kept.Snapshot with { Objects = [.. kept.Snapshot.Objects.SkipWhile(item => $"{item.Namespace}/{item.Name}" != start).Skip(1)] };
            }
        }
        throw ApiFailure.Expired(TooOld);
    }

    public void Forget()
    {
        lock (_gate)
            _kept.Clear();
    }

    private static (long Version, string Start) Read(string token)
    {
        try
        {
            var read = Json.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)));
            if (read.Number("rv") is { } version && read.Text("start") is { } start)
                return (version, start);
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            // Said below.
        }
        throw ApiFailure.BadRequest($"invalid continue token: continue key is not valid: {token}");
    }
}
