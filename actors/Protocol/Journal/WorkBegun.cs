namespace Handcarry.Actors.Protocol.Journal;

/// <summary>The node took up a bundle; its images go into the staging area of <paramref name="Generation"/>.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Generation">Name of the staging area: lower-case letters, digits and dashes.</param>
public sealed record WorkBegun(BundleFacts Bundle, string Generation) : IWireMessage;
