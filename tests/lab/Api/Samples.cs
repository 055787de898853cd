namespace Handcarry.Lab.Tests.Api;

/// <summary>Objects that several tests use.</summary>
internal static class Samples
{
    public const string ClusterVersions = "/apis/config.openshift.io/v1/clusterversions";

    public const string Gadgets = "/apis/test.example.com/v1/gadgets";

    public const string ClusterVersion = """
        {"apiVersion":"config.openshift.io/v1","kind":"ClusterVersion","metadata":{"name":"version"},
         "spec":{"clusterID":"6ac1c4cb-8b2e-4b1b-9c7e-5fbd3a1d6f4a","channel":"stable-4.14"}}
        """;

    public const string ClusterVersionStatus = """
        {"availableUpdates":null,"observedGeneration":1,"versionHash":"x","desired":{"version":"4.14.0","image":"quay.io/a/b@sha256:00"},
         "history":[{"state":"Completed","startedTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T01:00:00Z",
                     "image":"quay.io/a/b@sha256:00","version":"4.14.0","verified":true}]}
        """;

    /// <summary>A definition that uses every schema word there is a rule for.</summary>
    public const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.test.example.com}
        spec:
          group: test.example.com
          scope: Cluster
          names: {kind: Gadget, listKind: GadgetList, plural: gadgets, singular: gadget, shortNames: [gd], categories: [all]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    type: object
                    required: [size]
                    properties:
                      size: {type: integer, format: int32, minimum: 1, maximum: 10}
                      mode: {type: string, enum: [Fast, Slow], default: Slow}
                      port: {x-kubernetes-int-or-string: true}
                      when: {type: string, format: date-time}
                      code: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 4}
                      note: {type: string, nullable: true}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      tags: {type: array, maxItems: 3, items: {type: string}, x-kubernetes-list-type: set}
                      labels: {type: object, additionalProperties: {type: string}}
                      parts:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items:
                          type: object
                          required: [name]
                          properties:
                            name: {type: string}
                            weight: {type: number, default: 1.5}
                    x-kubernetes-validations:
                    - rule: "!has(self.tags) || self.tags.all(t, t.startsWith('t-'))"
                      message: tags begin with t-
                    - rule: self.size >= oldSelf.size
                      message: size may only grow
                  status:
                    type: object
                    properties:
                      phase: {type: string}
                      observedGeneration: {type: integer}
        """;

    public static string Gadget(string name, string spec) =>
        $$"""{"apiVersion":"test.example.com/v1","kind":"Gadget","metadata":{"name":"{{name}}"},"spec":{{spec}}}""";

    public static string ConfigMap(string name, string rest = "") =>
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"}{{rest}}}""";
}
