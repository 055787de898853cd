using System.Reflection;
using System.Text.Json.Serialization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Hosts.OpenShift.Upgrades;
using k8s;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

/// <summary>deploy/crd/bundleupgrades.yaml and the code that writes the object say the same.</summary>
public sealed class DefinitionTests
{
    private static readonly V1CustomResourceDefinition Definition =
        KubernetesYaml.Deserialize<V1CustomResourceDefinition>(File.ReadAllText(Repository.File("deploy/crd/bundleupgrades.yaml")));

    private static readonly V1CustomResourceDefinitionVersion Version = Definition.Spec.Versions.Single();

    private static readonly V1JSONSchemaProps Root = Version.Schema.OpenAPIV3Schema;

    private static readonly V1JSONSchemaProps Status = Root.Properties["status"];

    [Fact]
    public void It_is_the_object_the_code_asks_for()
    {
        Assert.Equal("Cluster", Definition.Spec.Scope);
        Assert.Equal(BundleUpgrade.Group, $"{Definition.Spec.Group}/{Version.Name}");
        Assert.Equal(BundleUpgrade.KindName, Definition.Spec.Names.Kind);
        Assert.Equal(BundleUpgrade.Collection, $"/apis/{Definition.Spec.Group}/{Version.Name}/{Definition.Spec.Names.Plural}");
        Assert.Equal($"{Definition.Spec.Names.Plural}.{Definition.Spec.Group}", Definition.Metadata.Name);
        Assert.Equal(["bup"], Definition.Spec.Names.ShortNames);
        Assert.NotNull(Version.Subresources.Status);
        Assert.Equal(["Phase", "Version", "Nodes", "Age", "Message"], Version.AdditionalPrinterColumns.Select(c => c.Name));
    }

    [Theory]
    [InlineData(typeof(BundleUpgrade.StatusPart), "")]
    [InlineData(typeof(BundleUpgrade.BundlePart), "bundle")]
    [InlineData(typeof(BundleUpgrade.NodePart), "nodes")]
    [InlineData(typeof(BundleUpgrade.ConditionPart), "nodes/conditions")]
    [InlineData(typeof(BundleUpgrade.UpgradeConditionPart), "conditions")]
    [InlineData(typeof(BundleUpgrade.HistoryPart), "history")]
    public void Every_member_written_is_defined_and_every_member_defined_is_written(Type part, string path)
    {
        var written = part.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetCustomAttribute<JsonExtensionDataAttribute>() is null).Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]);
        Assert.Equal(written.Order(StringComparer.Ordinal), At(path).Properties.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Phases_and_stages_are_those_of_the_code()
    {
        Assert.Equal(Enum.GetNames<Phase>(), Words(At("phase")));
        Assert.Equal(Enum.GetNames<Stage>(), Words(At("nodes/stage")));
    }

    [Fact]
    public void Limits_are_those_of_the_code()
    {
        Assert.Equal(StatusLimits.Nodes, Status.Properties["nodes"].MaxItems);
        Assert.Equal(StatusLimits.History, Status.Properties["history"].MaxItems);
        foreach (var list in (string[])["conditions", "history"])
        {
            Assert.Equal(StatusLimits.Reason, At($"{list}/reason").MaxLength);
            Assert.Equal(StatusLimits.Message, At($"{list}/message").MaxLength);
        }
        Assert.Equal(StatusLimits.Version, At("history/version").MaxLength);
        Assert.Equal(StatusLimits.Release, At("history/release").MaxLength);
        Assert.Equal(StatusLimits.Digest, At("history/commitment").MaxLength);
        Assert.Equal(StatusLimits.Reason, At("reason").MaxLength);
        Assert.Equal(StatusLimits.Reason, At("nodes/reason").MaxLength);
        Assert.Equal(StatusLimits.Message, At("message").MaxLength);
        Assert.Equal(StatusLimits.NodeMessage, At("nodes/message").MaxLength);
        Assert.Equal(StatusLimits.Name, At("nodes/name").MaxLength);
        Assert.Equal(StatusLimits.Name, At("bundle/source").MaxLength);
        Assert.Equal(StatusLimits.Digest, At("bundle/commitment").MaxLength);
        Assert.Equal(StatusLimits.Version, At("bundle/version").MaxLength);
        Assert.Equal(StatusLimits.Arch, At("bundle/arch").MaxLength);
        Assert.Equal(StatusLimits.Release, At("bundle/release").MaxLength);
    }

    [Fact]
    public void Everything_is_described_and_bounded()
    {
        Assert.Empty(Faults("spec", Root.Properties["spec"]));
        Assert.Empty(Faults("status", Status));
    }

    private static IEnumerable<string> Faults(string path, V1JSONSchemaProps schema)
    {
        var item = path.EndsWith("[]", StringComparison.Ordinal);
        if (string.IsNullOrEmpty(schema.Description) && !item)
            yield return $"{path} has no description";
        if (schema.Type == "string" && schema.MaxLength is null && schema.EnumProperty is null && schema.Format is null)
            yield return $"{path} has no maxLength";
        if (schema.Type == "array" && schema.MaxItems is null)
            yield return $"{path} has no maxItems";
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>())
            foreach (var fault in Faults($"{path}.{name}", property))
                yield return fault;
        if (schema.Type == "array")
            foreach (var fault in Faults($"{path}[]", Item(schema)))
                yield return fault;
    }

    private static V1JSONSchemaProps At(string path)
    {
        var schema = Status;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            schema = schema.Properties[name];
            if (schema.Type == "array")
                schema = Item(schema);
        }
        return schema;
    }

    /// <summary>The client's model leaves <c>items</c> untyped (it may be one schema or a list of them).</summary>
    private static V1JSONSchemaProps Item(V1JSONSchemaProps array) =>
        KubernetesYaml.Deserialize<V1JSONSchemaProps>(KubernetesYaml.Serialize(array.Items));

    private static IEnumerable<string?> Words(V1JSONSchemaProps schema) => schema.EnumProperty.Select(w => w.ToString());
}
