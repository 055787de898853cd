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
        var config = Model<K8SConfiguration>(file);
        config.FileName = file.FullName;
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(config);
    }

    /// <summary>
    /// Absolute path of the <c>tokenFile</c> of the current context's user, which the model of KubernetesClient does not have; null when there is none. Throws as
    /// <see cref="Read"/>.
    /// </summary>
    public static string? TokenFile(string path)
    {
        var file = new FileInfo(path);
        var config = Model<TokenFiles>(file);
        var user = config.Contexts.Find(one => one.Name == config.CurrentContext)?.Context.User;
        var named = config.Users.Find(one => one.Name == user)?.User.TokenFile;
        return string.IsNullOrEmpty(named) ? null : Path.Combine(file.DirectoryName!, named);
    }

    private static T Model<T>(FileInfo file) where T : class
    {
        using var text = file.OpenText();
        return new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<T?>(new MergingParser(new Parser(text)))
            ?? throw new KubeConfigException("the file is empty");
    }

    internal sealed class TokenFiles
    {
        [YamlMember(Alias = "current-context", ApplyNamingConventions = false)]
        public string CurrentContext { get; set; } = "";

        public List<NamedContext> Contexts { get; set; } = [];

        public List<NamedUser> Users { get; set; } = [];

        internal sealed class NamedContext
        {
            public string Name { get; set; } = "";

            public ContextPart Context { get; set; } = new();
        }

        internal sealed class ContextPart
        {
            public string User { get; set; } = "";
        }

        internal sealed class NamedUser
        {
            public string Name { get; set; } = "";

            public UserPart User { get; set; } = new();
        }

        internal sealed class UserPart
        {
            public string TokenFile { get; set; } = "";
        }
    }
}
