using System.Text.Json.Nodes;

namespace Handcarry.Lab.Tests.Api.Ownership;

/// <summary>Sequences of writes by several managers, as main.go reads them: they often want the same fields, and often other values.</summary>
internal static class RandomWrites
{
    public const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: roots.test.example.com}
        spec:
          group: test.example.com
          scope: Cluster
          names: {kind: Root, plural: roots}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      size: {type: integer}
                      code: {type: string}
                      labels: {type: object, additionalProperties: {type: string}}
                      tags: {type: array, items: {type: string}, x-kubernetes-list-type: set}
                      plain: {type: array, items: {type: string}}
                      inner: {type: object, properties: {a: {type: integer}, b: {type: integer}}}
                      parts:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items: {type: object, required: [name], properties: {name: {type: string}, weight: {type: integer}, note: {type: string}}}
        """;

    public static JsonArray Sequence(Random random) => [.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => Step(random))];

    private static JsonObject Step(Random random)
    {
        var applies = random.Next(3) > 0;
        return new JsonObject
        {
            ["op"] = applies ? "apply" : "update",
            ["manager"] = (applies ? "applier-" : "updater-") + random.Next(2),
            ["force"] = Coin(random),
            ["object"] = new JsonObject { ["spec"] = Spec(random) },
        };
    }

    private static JsonObject Spec(Random random)
    {
        var spec = new JsonObject();
        void Maybe(string name, Func<JsonNode> value)
        {
            if (Coin(random))
                spec[name] = value();
        }
        Maybe("size", () => random.Next(2));
        Maybe("code", () => $"c{random.Next(2)}");
        Maybe("labels", () => new JsonObject(Some(random).Select(i => KeyValuePair.Create($"l{i}", (JsonNode?)$"v{random.Next(2)}"))));
        Maybe("tags", () => new JsonArray([.. Some(random).Select(i => JsonValue.Create($"t{i}"))]));
        Maybe("plain", () => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => JsonValue.Create($"p{random.Next(2)}"))]));
        Maybe("inner", () => new JsonObject(((string[])["a", "b"]).Where(_ => Coin(random)).Select(name => KeyValuePair.Create(name, (JsonNode?)random.Next(2)))));
        Maybe("parts", () => new JsonArray([.. Some(random).Select(i => Part(random, i))]));
        return spec;
    }

    private static JsonObject Part(Random random, int i)
    {
        var part = new JsonObject { ["name"] = $"n{i}" };
        if (Coin(random))
            part["weight"] = random.Next(2);
        if (Coin(random))
            part["note"] = $"x{random.Next(2)}";
        return part;
    }

    private static int[] Some(Random random) => [.. Enumerable.Range(0, 3).Where(_ => Coin(random))];

    private static bool Coin(Random random) => random.Next(2) == 0;
}
