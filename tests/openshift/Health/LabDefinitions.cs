namespace Handcarry.Hosts.OpenShift.Tests.Health;

/// <summary>Definitions of the kinds that an OpenShift cluster has, as loose as can be: what is read from them is tested, not their schemas.</summary>
internal static class LabDefinitions
{
    public static string Operator { get; } = Loose("config.openshift.io", "v1", "ClusterOperator", "clusteroperators");

    public static string Pool { get; } = Loose("machineconfiguration.openshift.io", "v1", "MachineConfigPool", "machineconfigpools");

    public static string Config { get; } = Loose("machineconfiguration.openshift.io", "v1", "MachineConfig", "machineconfigs");

    public static string Registry { get; } = Loose("machineconfiguration.openshift.io", "v1alpha1", "InternalReleaseImage", "internalreleaseimages");

    public static string HealthCheck { get; } = Loose("machine.openshift.io", "v1beta1", "MachineHealthCheck", "machinehealthchecks", "Namespaced");

    public static string Autoscaler { get; } = Loose("autoscaling.openshift.io", "v1", "ClusterAutoscaler", "clusterautoscalers");

    private static string Loose(string group, string version, string kind, string plural, string scope = "Cluster") => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: {{plural}}.{{group}}
        spec:
          group: {{group}}
          scope: {{scope}}
          names:
            kind: {{kind}}
            listKind: {{kind}}List
            plural: {{plural}}
            singular: {{kind.ToLowerInvariant()}}
          versions:
            - name: {{version}}
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      x-kubernetes-preserve-unknown-fields: true
                    status:
                      type: object
                      x-kubernetes-preserve-unknown-fields: true
        """;
}
