namespace Handcarry.Lab.Operator;

/// <summary>What the kubelets of the nodes do with the one pod that a DaemonSet has on each.</summary>
public interface IPodMachines
{
    /// <summary>The names of the nodes.</summary>
    IReadOnlyList<string> Nodes { get; }

    /// <summary>Starts the pod's process of an image that is in the node's storage, for there is no registry; otherwise the reason word that a kubelet has for it.</summary>
    Task<string?> StartAsync(string node, string image, CancellationToken cancellationToken);

    /// <summary>Ends the pod's process in good order, and returns when it is gone.</summary>
    Task StopAsync(string node);

    /// <summary>Asks the pod whether it is ready.</summary>
    Task<bool> IsReadyAsync(string node, CancellationToken cancellationToken);
}
