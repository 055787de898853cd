namespace Handcarry.ClusterConfig.Hosting;

/// <summary>Names that every agent and client must agree on.</summary>
public static class SystemNames
{
    /// <summary>The actor system of the agents.</summary>
    public const string System = "handcarry";

    /// <summary>Cluster role of the agents.</summary>
    public const string AgentRole = "agent";

    /// <summary>Name of the singleton manager of the supervisor, and of the singleton below it.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>Path of the service that answers clients; each agent registers its own with the receptionist.</summary>
    public const string ApiPath = "/user/api";

    /// <summary>Path that clients dial first.</summary>
    public const string ReceptionistPath = "/system/receptionist";

    /// <summary>Scheme of actor addresses: Akka.Remote over TCP with TLS.</summary>
    public const string Scheme = "akka.ssl.tcp";
}
