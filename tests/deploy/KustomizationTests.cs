using System.Diagnostics;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Deploy.Tests;

public sealed class KustomizationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-deploy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_manifest_in_deploy_is_installed()
    {
        var named = Deployment.Objects.Select(deployed => deployed.File).Append("config/handcarry.yaml")
            .Concat(Kustomization.Render(Deployment.Monitoring).Select(deployed => $"monitoring/{deployed.File}")).Distinct().Order();
        var there = Directory.EnumerateFiles(Deployment.Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Deployment.Folder, file)).Order();
        Assert.Equal(there, named);
    }

    [SkippableFact]
    public async Task Kubectl_makes_the_same_objects_for_monitoring() =>
        AssertSame(Kustomization.Render(Deployment.Monitoring), await KubectlAsync(Deployment.Monitoring));

    [SkippableFact]
    public async Task Kubectl_makes_the_same_objects()
    {
        var text = await KubectlAsync(Deployment.Folder);
        var hashed = YamlJson.ReadAll(text).OfType<JsonObject>().Single(body => body.Text("kind") == "ConfigMap")["metadata"].Text("name");
        Assert.Matches("^handcarry-agent-[a-z0-9]{10}$", hashed);
        AssertSame(Deployment.Objects, text.Replace(hashed, "handcarry-agent", StringComparison.Ordinal));
    }

    private static void AssertSame(IReadOnlyList<DeployedObject> expected, string text)
    {
        var real = YamlJson.ReadAll(text).OfType<JsonObject>().Select(body => new DeployedObject("", body)).ToArray();
        Assert.Equal(expected.Select(deployed => deployed.Id).Order(), real.Select(deployed => deployed.Id).Order());
        foreach (var ours in expected)
        {
            var theirs = real.Single(deployed => deployed.Id == ours.Id);
            Assert.True(JsonNode.DeepEquals(Sorted(ours.Body), Sorted(theirs.Body)), $"{ours.Id}\n{ours.Body}\n{theirs.Body}");
        }
    }

    [Fact]
    public void A_field_that_is_not_understood_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "kustomization.yaml"), "resources: []\nnamePrefix: x-\n");
        Assert.Contains("namePrefix", Assert.Throws<FormatException>(() => Kustomization.Render(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_image_is_set_in_one_place_and_is_that_of_this_version()
    {
        var image = Assert.Single(Deployment.Objects.SelectMany(deployed => deployed.Containers).Select(container => container.Text("image")).Distinct());
        Assert.Equal($"localhost/handcarry/agent:{Repository.Version}", image);
        Assert.Contains("image: handcarry-agent\n", File.ReadAllText(Path.Combine(Deployment.Folder, "agent/daemonset.yaml")), StringComparison.Ordinal);
    }

    // Members have no order.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static async Task<string> KubectlAsync(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Start(start);
        var said = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await said);
        return output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "there is no kubectl to compare with");
            throw;
        }
    }
}
