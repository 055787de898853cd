using System.Text.Json.Nodes;

namespace Handcarry.Deploy.Tests;

public sealed class SchemaTests
{
    [Fact]
    public void Every_object_is_what_the_schemas_of_Kubernetes_allow() =>
        Assert.Empty(Deployment.Objects.Select(deployed => ObjectModels.Violation(deployed.Body)).OfType<string>());

    [Theory]
    [InlineData("spec.template.spec.hostPid", "true")]
    [InlineData("spec.updateStrategy.rollingUpdate.maxUnavailible", "1")]
    [InlineData("spec.minReadySeconds", "\"soon\"")]
    [InlineData("spec.template.spec.hostNetwork", "\"yes\"")]
    [InlineData("spec.template.spec.containers", "{}")]
    public void A_member_that_is_misspelt_or_of_another_type_is_found(string path, string value)
    {
        var body = Deployment.Agents.Body.DeepClone().AsObject();
        var names = path.Split('.');
        names[..^1].Aggregate((JsonNode)body, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        Assert.NotNull(ObjectModels.Violation(body));
    }

    [Fact]
    public void Names_and_labels_have_the_form_that_the_API_takes()
    {
        foreach (var deployed in Deployment.Objects)
        {
            Assert.Matches("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", deployed.Name);
            foreach (var (key, value) in deployed.Body["metadata"]!["labels"]?.AsObject() ?? [])
            {
                Assert.Matches("^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", key);
                Assert.Matches("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$", value!.GetValue<string>());
            }
        }
    }
}
