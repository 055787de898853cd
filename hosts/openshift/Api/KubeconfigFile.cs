using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// Reads a kubeconfig into the model of KubernetesClient, which then makes credentials and trust of it. Its own reader is not used: before it
/// reads anything it reflects over every property of every model of Kubernetes (docs/benchmarks.md, "Memory of an agent").
/// </summary>
internal static class KubeconfigFile
{
    /// <summary>Paths in it count from its folder. Throws <see cref="KubeConfigException"/>, and what reading and parsing throw.</summary>
    public static KubernetesClientConfiguration Read(string path)
    {
        var file = new FileInfo(path);
        using var text = file.OpenText();
        var config = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<K8SConfiguration?>(new MergingParser(new Parser(text)))
            ?? throw new KubeConfigException("the file is empty");
        config.FileName = file.FullName;
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(config);
    }
}
