namespace Handcarry.Hosts.Node.Cri;

/// <summary>A container of the runtime, running or not.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name in the pod.</param>
/// <param name="Image">The image it was made from: a name or an id, as the runtime tells it.</param>
/// <param name="Running">Whether it runs.</param>
public sealed record RuntimeContainer(string Id, string Name, string Image, bool Running);
