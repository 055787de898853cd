using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>What is wrong with one image.</summary>
/// <param name="Image">The name that was asked for.</param>
/// <param name="Reason">A word of <see cref="RuntimeReasons"/>.</param>
/// <param name="Message">One sentence that says what to do.</param>
public sealed record ImageFinding(ImageName Image, string Reason, string Message);
