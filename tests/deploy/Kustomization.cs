using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Deploy.Tests;

/// <summary>
/// What <c>kubectl apply -k</c> would send, by the few fields of a kustomization.yaml that deploy/ uses; any other is refused. Differs from the
/// real one in one thing: a generated ConfigMap has no hash at the end of its name.
/// </summary>
internal static class Kustomization
{
    private static readonly string[] Fields = ["apiVersion", "kind", "resources", "configMapGenerator", "images"];

    /// <summary>All objects of the folder, with the file of each.</summary>
    public static IReadOnlyList<DeployedObject> Render(string folder)
    {
        var text = YamlJson.ReadAll(File.ReadAllText(Path.Combine(folder, "kustomization.yaml"))).OfType<JsonObject>().Single();
        Only(text, "kustomization.yaml", Fields);
        var objects = new List<DeployedObject>();
        foreach (var file in text["resources"]!.AsArray().Select(node => node!.GetValue<string>()))
            objects.AddRange(YamlJson.ReadAll(File.ReadAllText(Path.Combine(folder, file))).OfType<JsonObject>().Select(body => new DeployedObject(file, body)));
        foreach (var generator in text["configMapGenerator"]?.AsArray() ?? [])
            objects.Add(new DeployedObject("kustomization.yaml", ConfigMap(folder, generator!.AsObject())));
        foreach (var image in text["images"]?.AsArray() ?? [])
            Rename(objects, image!.AsObject());
        return objects;
    }

    private static JsonObject ConfigMap(string folder, JsonObject generator)
    {
        Only(generator, "configMapGenerator", "name", "namespace", "files", "options");
        var options = generator["options"]!.AsObject();
        Only(options, "configMapGenerator.options", "labels", "disableNameSuffixHash");
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = generator["name"]!.DeepClone(),
                ["namespace"] = generator["namespace"]!.DeepClone(),
                ["labels"] = options["labels"]!.DeepClone(),
            },
            ["data"] = new JsonObject(generator["files"]!.AsArray().Select(node => node!.GetValue<string>()).Select(file =>
                KeyValuePair.Create<string, JsonNode?>(Path.GetFileName(file), File.ReadAllText(Path.Combine(folder, file))))),
        };
    }

    private static void Rename(IEnumerable<DeployedObject> objects, JsonObject image)
    {
        Only(image, "images", "name", "newName", "newTag");
        var renamed = 0;
        foreach (var container in objects.SelectMany(deployed => deployed.Containers).Where(container => container.Text("image") == image.Text("name")))
        {
            container["image"] = $"{image.Text("newName")}:{image.Text("newTag")}";
            renamed++;
        }

        if (renamed == 0)
            throw new FormatException($"images names {image.Text("name")}, which no container has.");
    }

    private static void Only(JsonObject node, string where, params string[] fields)
    {
        if (node.Select(member => member.Key).Except(fields).ToArray() is { Length: > 0 } others)
            throw new FormatException($"{where} has {string.Join(", ", others)}, which this reader does not know: teach it, or leave it out.");
    }
}
