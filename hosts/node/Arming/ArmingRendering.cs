using System.Text;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>The settings of arming as text that an administrator applies. Pure; nothing is applied here.</summary>
public static class ArmingRendering
{
    /// <param name="what">Which form.</param>
    /// <param name="settings">What for.</param>
    /// <param name="pool">The MachineConfigPool, such as <c>worker</c>.</param>
    public static string Of(RenderedFor what, ArmingSettings settings, string pool) => what switch
    {
        RenderedFor.StorageConf => $"[storage.options]\n{ArmingFiles.StorageSetting(settings.Stores)}\n",
        RenderedFor.ContainerRuntimeConfig => ContainerRuntimeConfig(settings, pool),
        _ => MachineConfig(settings, pool),
    };

    private static string ContainerRuntimeConfig(ArmingSettings settings, string pool) => $"""
        # The paths must be there on every node of the pool before this is applied; the nodes are drained and rebooted once.
        # A pool has one ContainerRuntimeConfig: merge this into the one that is there.
        apiVersion: machineconfiguration.openshift.io/v1
        kind: ContainerRuntimeConfig
        metadata:
          name: handcarry-{pool}
        spec:
          machineConfigPoolSelector:
            matchLabels:
              pools.operator.machineconfiguration.openshift.io/{pool}: ""
          containerRuntimeConfig:
            additionalImageStores:
            - path: {string.Join("\n    - path: ", settings.Stores)}

        """;

    /// <summary>
    /// The files of the plan for a CRI-O host that has nothing else configured. A MachineConfig makes no empty folders; the lock files bring theirs,
    /// and the links between layers come with each store.
    /// </summary>
    private static string MachineConfig(ArmingSettings settings, string pool)
    {
        var files = ArmingPlanner.Plan(new HostFacts { Runtime = NodeRuntime.Crio }, settings).Changes.OfType<HostChange.PutFile>().ToList();
        var text = new StringBuilder($"""
            # Without the second document, which needs OpenShift 4.17, the nodes of the pool are drained and rebooted one by one.
            # Apply that one first. It is the only object of its kind: merge it into the one that is there.
            apiVersion: machineconfiguration.openshift.io/v1
            kind: MachineConfig
            metadata:
              name: 99-{pool}-handcarry
              labels:
                machineconfiguration.openshift.io/role: {pool}
            spec:
              config:
                ignition:
                  version: 3.2.0
                storage:
                  files:

            """);
        foreach (var file in files)
            text.Append($"      - path: {file.Path}\n        mode: {file.Mode}\n        overwrite: true\n        contents:\n          source: data:text/plain;charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Text))}\n");
        text.Append("""
            ---
            apiVersion: operator.openshift.io/v1
            kind: MachineConfiguration
            metadata:
              name: cluster
            spec:
              nodeDisruptionPolicy:
                files:

            """);
        foreach (var file in files)
            text.Append($"    - path: {file.Path}\n      actions:\n{Action(file.Path)}");
        return text.ToString();
    }

    private static string Action(string path) =>
        path.StartsWith("/etc/crio/", StringComparison.Ordinal) ? "      - type: Restart\n        restart:\n          serviceName: crio.service\n"
        : path.StartsWith("/etc/", StringComparison.Ordinal) ? "      - type: Reload\n        reload:\n          serviceName: crio.service\n"
        : "      - type: None\n";
}
