using System.Text.Json.Nodes;
using CsCheck;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Tests.Api;

/// <summary>Our definition of ClusterVersion against a published one.</summary>
public sealed class ClusterVersionSchemaTests
{
    private const string Published = "0000_00_cluster-version-operator_01_clusterversions-Default.crd.yaml";

    [SkippableFact]
    public void Our_schema_constrains_what_the_published_one_does()
    {
        var theirs = Constraints(PublishedCrd()["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!);
        var ours = Constraints(YamlJson.ReadAll(ClusterVersionCrd.Yaml)[0]["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!);
        Assert.Equal(theirs, ours);
    }

    [SkippableFact]
    public void Both_definitions_name_the_same_resource()
    {
        var theirs = CustomResource.Define(PublishedCrd());
        var ours = CustomResource.Define((JsonObject)YamlJson.ReadAll(ClusterVersionCrd.Yaml)[0]);
        Assert.Equal((theirs.Group, theirs.Version, theirs.Plural, theirs.Singular, theirs.Kind, theirs.ListKind, theirs.Namespaced, theirs.HasStatus),
            (ours.Group, ours.Version, ours.Plural, ours.Singular, ours.Kind, ours.ListKind, ours.Namespaced, ours.HasStatus));
        Assert.Equal(theirs.Columns.Select(c => (c.Name, c.Type, c.Priority)), ours.Columns.Select(c => (c.Name, c.Type, c.Priority)));
    }

    [SkippableFact]
    public void Both_schemas_prune_default_and_judge_any_object_alike()
    {
        var theirs = CustomResource.Define(PublishedCrd());
        var ours = CustomResource.Define((JsonObject)YamlJson.ReadAll(ClusterVersionCrd.Yaml)[0]);
        Objects(theirs.Schema).Sample(text =>
        {
            var (a, b) = (Outcome(text, theirs), Outcome(text, ours));
            Assert.Equal(a, b);
        }, iter: 2000);
    }

    [Theory]
    [InlineData("""{"image":"a","architecture":"Multi"}""", "cannot set both Architecture and Image")]
    [InlineData("""{"version":"","architecture":"Multi"}""", "Version must be set if Architecture is set")]
    [InlineData("""{"architecture":"amd64"}""", "Unsupported value")]
    [InlineData("""{"force":"true"}""", "must be of type boolean")]
    public void A_desired_update_the_real_server_refuses_is_refused(string desiredUpdate, string why)
    {
        var type = CustomResource.Define((JsonObject)YamlJson.ReadAll(ClusterVersionCrd.Yaml)[0]);
        var candidate = JsonNode.Parse($$$"""{"apiVersion":"config.openshift.io/v1","kind":"ClusterVersion","metadata":{"name":"version"},"spec":{"clusterID":"x","desiredUpdate":{{{desiredUpdate}}} } }""");
        Assert.Contains(SchemaValidator.Validate(candidate, null, type.Schema), error => error.ToString().Contains(why, StringComparison.Ordinal));
    }

    private static JsonObject PublishedCrd() => PublishedCrds.Read(Published);

    // The text of a schema without its descriptions, members in order.
    private static string Constraints(JsonNode node) => node switch
    {
        JsonObject members => "{" + string.Join(",", members.Where(m => m.Key != "description" || m.Value is JsonObject).OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => $"{m.Key}:{(m.Value is null ? "null" : m.Key == "required" ? Sorted((JsonArray)m.Value) : Constraints(m.Value))}")) + "}\n",
        JsonArray items => "[" + string.Join(",", items.Select(item => item is null ? "null" : Constraints(item))) + "]",
        _ => node.ToJsonString(),
    };

    private static string Sorted(JsonArray items) => string.Join(",", items.Select(item => item!.ToString()).Order(StringComparer.Ordinal));

    private static string Outcome(string text, ResourceType type)
    {
        var strict = new List<string>();
        var decoded = ObjectDecoder.Decode((JsonObject)Json.Parse(text)!, type, strict);
        var errors = SchemaValidator.Validate(decoded, null, type.Schema);
        return $"{decoded.ToJsonString()}\n{string.Join("\n", strict)}\n{string.Join("\n", errors.Select(error => error.ToString()).Order(StringComparer.Ordinal))}";
    }

    // Objects that mostly fit: each known member is there or not, right, null or of a wrong type; sometimes an unknown one.
    private static Gen<string> Objects(SchemaNode schema) =>
        from spec in Value(schema.Properties["spec"], 0)
        from status in Value(schema.Properties["status"], 0)
        select $$$"""{"apiVersion":"config.openshift.io/v1","kind":"ClusterVersion","metadata":{"name":"version"},"spec":{{{spec}}},"status":{{{status}}} }""";

    private static Gen<string> Value(SchemaNode schema, int depth) =>
        from odd in Gen.Int[0, 19]
        from value in odd switch
        {
            0 => Gen.Const("null"),
            1 => OneOf("1", "\"odd\"", "true", "[]", "{}", "[null]"),
            _ => Fitting(schema, depth),
        }
        select value;

    private static Gen<string> Fitting(SchemaNode schema, int depth) => schema.Type switch
    {
        "object" => Members(schema, depth),
        "array" => Value(schema.Items!, depth + 1).Array[0, 2].Select(items => $"[{string.Join(",", items)}]"),
        "boolean" => OneOf("true", "false"),
        "integer" => Gen.Int[-1, 5].Select(number => number.ToString()),
        _ when schema.Enum.Count > 0 => OneOf([.. schema.Enum.Select(allowed => allowed!.ToJsonString())]),
        _ => OneOf("\"\"", "\"x\"", "\"2026-01-01T00:00:00Z\"", "\"https://example.com/\"", "\"marketplace\""),
    };

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static Gen<string> Members(SchemaNode schema, int depth)
    {
        var members = Gen.Const("");
        foreach (var (name, child) in schema.Properties.OrderBy(p => p.Key, StringComparer.Ordinal).Append(KeyValuePair.Create("unknown", new SchemaNode { Type = "string" })))
        {
            var before = members;
            var rare = name == "unknown" || depth > 3;
            members =
                from so in before
                from there in Gen.Int[0, rare ? 9 : 3]
                from more in there == 0 || (!rare && schema.Required.Contains(name) && there < 3)
                    ? Value(child, depth + 1).Select(value => $",\"{name}\":{value}")
                    : Gen.Const("")
                select so + more;
        }
        return members.Select(text => "{" + text.TrimStart(',') + "}");
    }
}
