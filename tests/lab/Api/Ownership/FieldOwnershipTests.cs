using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Ownership;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Tests.Api.Ownership;

/// <summary>Our server-side apply against the library of the real server.</summary>
public sealed class FieldOwnershipTests
{
    private const int Sequences = 1500;

    [SkippableFact]
    public async Task Any_sequence_of_writes_ends_as_with_the_library_of_the_real_server()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var sequences = Enumerable.Range(0, Sequences).Select(_ => RandomWrites.Sequence(random)).ToArray();
        var theirs = await RealLibrary.RunAsync(sequences);
        var type = CustomResource.Define((JsonObject)YamlJson.ReadAll(RandomWrites.Crd)[0]);
        var compared = 0;
        foreach (var (steps, line) in sequences.Zip(theirs))
        {
            var expected = JsonNode.Parse(line)!.AsArray();
            var actual = Run(type, steps);
            for (var i = 0; i < expected.Count; i++)
            {
                // The library leaves null where the last item has gone; the server's decoder drops that afterwards, here it is never made.
                if (expected[i]!.ToJsonString().Contains(":null", StringComparison.Ordinal))
                    break;
                Assert.True(Canonical(expected[i]) == Canonical(actual[i]),
                    $"seed {seed}, step {i} of {steps.ToJsonString()}\nexpected {Canonical(expected[i])}\nactual   {Canonical(actual[i])}");
                compared++;
            }
        }
        Assert.InRange(compared, Sequences, int.MaxValue);
    }

    private static List<JsonNode> Run(ResourceType type, JsonArray steps)
    {
        var ownership = new FieldOwnership(type);
        JsonObject? live = null;
        var results = new List<JsonNode>();
        foreach (var step in steps)
        {
            var body = (JsonObject)step!["object"]!.DeepClone();
            body["apiVersion"] = type.ApiVersion;
            body["kind"] = type.Kind;
            var writer = new FieldWriter(step.Text("manager")!, step.Text("op") == "apply", "", type.ApiVersion);
            try
            {
                if (writer.Applies)
                    body = ownership.Apply(body, live, writer, step["force"]!.GetValue<bool>(), "");
                else
                    ownership.RecordUpdate(body, live, writer, "");
                live = body;
                results.Add(Shown(live));
            }
            catch (ApiFailure conflict) when (conflict.Code == 409)
            {
                results.Add(new JsonArray([.. conflict.ToStatus()["details"]!["causes"]!.AsArray()
                    .Select(cause => cause.Text("message")!.Split('"')[1]).Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]));
            }
        }
        return results;
    }

    private static JsonObject Shown(JsonObject live)
    {
        var shown = new JsonObject { ["object"] = new JsonObject(), ["managers"] = new JsonObject() };
        if (live["spec"] is { } spec)
            shown["object"]!["spec"] = spec.DeepClone();
        foreach (var entry in live["metadata"]?["managedFields"] as JsonArray ?? [])
            shown["managers"]![entry.Text("manager")!] = entry!["fieldsV1"]!.DeepClone();
        return shown;
    }

    // Members in order.
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(",", members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Canonical(member.Value)}")) + "}",
        JsonArray items => "[" + string.Join(",", items.Select(Canonical)) + "]",
        _ => node?.ToJsonString() ?? "null",
    };
}
