using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Tests.Api;

namespace Handcarry.Lab.Tests.Operator;

/// <summary>A seeded API server, three nodes' storage, a signing key and the operator.</summary>
internal sealed class OperatorSite : IAsyncDisposable
{
    public const string OldVersion = "4.14.0";

    private readonly LabOperatorOptions _options;

    private OperatorSite(LabApi api, GpgHome gpg, LabOperatorOptions options)
    {
        Api = api;
        Gpg = gpg;
        _options = options;
        Operator = LabClusterVersionOperator.Start(api.KubeconfigPath, Stores, options);
    }

    public LabApi Api { get; }

    public GpgHome Gpg { get; }

    public MemoryStores Stores { get; } = new("n1", "n2", "n3");

    public LabClusterVersionOperator Operator { get; private set; }

    public static string OldImage { get; } = $"{MemoryStores.Repository}@{MemoryStores.DigestOf("old")}";

    public static async Task<OperatorSite> StartAsync(bool armored = false)
    {
        var api = await LabApi.StartAsync();
        SeedCluster.Into(api.Server.Objects, new ClusterSeed { Version = OldVersion, Image = OldImage, Nodes = ["n1", "n2", "n3"] }, TimeProvider.System);
        var gpg = new GpgHome();
        var options = new LabOperatorOptions
        {
            Keyrings = [armored ? gpg.ArmoredKeyring : gpg.BinaryKeyring],
            SyncEvery = TimeSpan.FromMilliseconds(20),
            StepEvery = TimeSpan.FromMilliseconds(20),
            RetryEvery = TimeSpan.FromMilliseconds(50),
            RetrievalDeadline = TimeSpan.FromMilliseconds(300),
        };
        return new OperatorSite(api, gpg, options);
    }

    public async Task RestartOperatorAsync()
    {
        await Operator.DisposeAsync();
        Operator = LabClusterVersionOperator.Start(Api.KubeconfigPath, Stores, _options);
    }

    public static string DigestOf(string image) => image[(image.IndexOf('@') + 1)..];

    /// <summary>Puts a signature where the operator looks for it.</summary>
    public async Task PutSignatureAsync(string image, byte[] signature, string? label = "release.openshift.io/verification-signatures")
    {
        var name = DigestOf(image).Replace(':', '-');
        var labels = label is null ? "{}" : $$$"""{"{{{label}}}":""}""";
        (await Api.PostAsync("/api/v1/namespaces/openshift-config-managed/configmaps",
            $$$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},
             "binaryData":{"{{{name}}}-1":"{{{Convert.ToBase64String(signature)}}}"}}
            """)).Expect(201);
    }

    public async Task AskAsync(string image, string version, bool force = false) => (await Api.MergeAsync(
        $"{Samples.ClusterVersions}/version",
        $$$"""{"spec":{"desiredUpdate":{"image":"{{{image}}}","version":"{{{version}}}","force":{{{(force ? "true" : "false")}}} } } }""")).Expect(200);

    public JsonObject ClusterVersion => Api.Server.Objects.Find("config.openshift.io/v1", "ClusterVersion", "", "version")!;

    public JsonObject? Condition(string type) =>
        ClusterVersion["status"]!["conditions"]!.AsArray().OfType<JsonObject>().SingleOrDefault(c => c["type"]!.GetValue<string>() == type);

    public string Status(string type) => Condition(type)?["status"]!.GetValue<string>() ?? "";

    public string Message(string type) => Condition(type)?["message"]?.GetValue<string>() ?? "";

    public string ReasonOf(string type) => Condition(type)?["reason"]?.GetValue<string>() ?? "";

    public JsonArray History => ClusterVersion["status"]!["history"]!.AsArray();

    public string Text(params string[] path) => path.Aggregate((JsonNode?)ClusterVersion, static (node, name) => node?[name])?.ToString() ?? "";

    public Task UntilAsync(Func<OperatorSite, bool> condition, string what) =>
        Until.TrueAsync(() => condition(this), () => $"{what}; ClusterVersion is {ClusterVersion.ToJsonString()}");

    public async ValueTask DisposeAsync()
    {
        await Operator.DisposeAsync();
        await Api.DisposeAsync();
        Gpg.Dispose();
    }
}
