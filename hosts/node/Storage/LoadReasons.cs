using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>The reason words of <see cref="LoadException"/>.</summary>
internal static class LoadReasons
{
    public const string ImportFailed = nameof(ImportFailed);
    public const string PublishFailed = nameof(PublishFailed);
    public const string NoSpace = Reasons.NoSpace;
    public const string ToolMissing = Reasons.ToolMissing;
}
