namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>The section <c>exec</c> of a kubeconfig's user, as far as it counts here.</summary>
internal sealed class ExecSection
{
    public string ApiVersion { get; set; } = "";

    public string Command { get; set; } = "";

    public List<string> Args { get; set; } = [];

    public List<Variable> Env { get; set; } = [];

    public string InstallHint { get; set; } = "";

    public bool ProvideClusterInfo { get; set; }

    internal sealed class Variable
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
