using Handcarry.Hosts.OpenShift.Api;
using k8s.Exceptions;
using YamlDotNet.Serialization;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>
/// What a kubeconfig says of its current context, without doing anything with it: the model of KubernetesClient has no <c>tokenFile</c>, and runs plugins while it is made.
/// </summary>
/// <param name="Server">Address of the API server.</param>
/// <param name="Token">Empty when there is none.</param>
/// <param name="TokenFile">Absolute path; empty when there is none.</param>
/// <param name="Exec">The user's plugin; null when there is none.</param>
/// <param name="HasCertificate">Whether the user has a client certificate.</param>
internal sealed record KubeconfigText(string Server, string Token, string TokenFile, ExecSection? Exec, bool HasCertificate)
{
    /// <summary>Throws <see cref="KubeConfigException"/>, and what reading and parsing throw.</summary>
    public static KubeconfigText Read(string path)
    {
        var file = new FileInfo(path);
        var config = KubeconfigFile.Model<Document>(file);
        if (config.Contexts?.Find(one => one.Name == config.CurrentContext)?.Context is not { } context)
            throw new KubeConfigException(config.CurrentContext.Length == 0 ? "it has no current context" : $"its current context {config.CurrentContext} is not in it");
        if (config.Users?.Find(one => one.Name == context.User)?.User is not { } user)
            throw new KubeConfigException($"the user {context.User} of its current context is not in it");
        var server = config.Clusters?.Find(one => one.Name == context.Cluster)?.Cluster.Server ?? "";
        return new KubeconfigText(
            server,
            user.Token.Trim(),
            user.TokenFile.Length == 0 ? "" : Path.Combine(file.DirectoryName!, user.TokenFile),
            user.Exec,
            user.CertificateData.Length > 0 || user.CertificateFile.Length > 0);
    }

    internal sealed class Document
    {
        [YamlMember(Alias = "current-context", ApplyNamingConventions = false)]
        public string CurrentContext { get; set; } = "";

        public List<NamedContext>? Contexts { get; set; }

        public List<NamedUser>? Users { get; set; }

        public List<NamedCluster>? Clusters { get; set; }
    }

    internal sealed class NamedContext
    {
        public string Name { get; set; } = "";

        public ContextPart Context { get; set; } = new();
    }

    internal sealed class ContextPart
    {
        public string User { get; set; } = "";

        public string Cluster { get; set; } = "";
    }

    internal sealed class NamedCluster
    {
        public string Name { get; set; } = "";

        public ClusterPart Cluster { get; set; } = new();
    }

    internal sealed class ClusterPart
    {
        public string Server { get; set; } = "";
    }

    internal sealed class NamedUser
    {
        public string Name { get; set; } = "";

        public UserPart User { get; set; } = new();
    }

    internal sealed class UserPart
    {
        public string Token { get; set; } = "";

        public string TokenFile { get; set; } = "";

        public ExecSection? Exec { get; set; }

        [YamlMember(Alias = "client-certificate-data", ApplyNamingConventions = false)]
        public string CertificateData { get; set; } = "";

        [YamlMember(Alias = "client-certificate", ApplyNamingConventions = false)]
        public string CertificateFile { get; set; } = "";
    }
}
