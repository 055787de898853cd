namespace Handcarry.Lab.Site;

/// <summary>Where one node stands, as the status says.</summary>
internal sealed record NodeProgress(string Name, string Stage, long BytesHeld, int ImagesLoaded, string Message, string Reason = "");
