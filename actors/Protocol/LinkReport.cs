namespace Handcarry.Actors.Protocol;

/// <summary>How fast a node has drawn in the last seconds.</summary>
/// <param name="From">The holder.</param>
/// <param name="BytesPerSecond">Bytes per second, 0 or more.</param>
/// <param name="Behind">
/// Whether the holder had more all the time than the node has taken: then this is what the link, or one of the two, can do. Otherwise
/// it is what came while the holder had something for the node; they can do this and perhaps more.
/// </param>
public sealed record LinkReport(string From, long BytesPerSecond, bool Behind);
