namespace Handcarry.Actors.Protocol;

/// <summary>Asks how a bundle would be judged now, without beginning anything; answered by <see cref="Judgement"/>.</summary>
/// <param name="Bundle">The bundle; null for those on the media that agents report.</param>
public sealed record JudgeBundle(BundleFacts? Bundle) : IWireMessage;
