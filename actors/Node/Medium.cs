namespace Handcarry.Actors.Node;

/// <summary>A device or file that may hold a bundle.</summary>
/// <param name="Id">Unique for this insertion on this node: the same stick inserted again has another id.</param>
/// <param name="Name">For people, such as <c>/dev/sdb (16.2 GB)</c> or a file's path.</param>
/// <param name="NamedAsBundle">Whether its name says that it is a bundle, so that it is worth telling when it is none.</param>
public sealed record Medium(string Id, string Name, bool NamedAsBundle = false);
