using System.Text.Json.Nodes;

namespace Handcarry.Deploy.Tests;

/// <summary>An object that <c>kubectl apply -k deploy/</c> sends, and the file it comes from.</summary>
internal sealed record DeployedObject(string File, JsonObject Body)
{
    public string Kind => Body.Text("kind");

    public string ApiVersion => Body.Text("apiVersion");

    public string Name => Body["metadata"]!.Text("name");

    /// <summary>Empty for what has none.</summary>
    public string Namespace => Body["metadata"]!.Text("namespace");

    public string Id => $"{ApiVersion} {Kind} {(Namespace.Length == 0 ? "" : Namespace + "/")}{Name}";

    /// <summary>The template of its pods, null when it has none.</summary>
    public JsonNode? Pod => Body["spec"] is JsonObject spec ? spec["template"] : null;

    public IEnumerable<JsonNode> Containers => Pod?["spec"].List("containers").Concat(Pod["spec"].List("initContainers")) ?? [];

    public override string ToString() => Id;
}
