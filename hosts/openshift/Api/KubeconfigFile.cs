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
    /// <param name="path">The file.</param>
    /// <param name="token">In place of what its users are known by; null for what the file says.</param>
    public static KubernetesClientConfiguration Read(string path, string? token = null)
    {
        var file = new FileInfo(path);
        var config = Model<K8SConfiguration>(file);
        config.FileName = file.FullName;
        foreach (var user in token is null ? [] : config.Users ?? [])
            user.UserCredentials = new UserCredentials { Token = token };
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(config);
    }

    /// <summary>A file in a model of the caller's. Throws <see cref="KubeConfigException"/> when it is empty, and what reading and parsing throw.</summary>
    internal static T Model<T>(FileInfo file) where T : class
    {
        using var text = file.OpenText();
        return new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<T?>(new MergingParser(new Parser(text)))
            ?? throw new KubeConfigException("the file is empty");
    }
}
