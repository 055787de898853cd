namespace Handcarry.ClusterConfig.Formation;

/// <summary>The state of <see cref="FormationDecision"/>.</summary>
/// <param name="Phase">Where this node stands.</param>
/// <param name="HasContacts">Whether there is any other node to ask.</param>
/// <param name="RecordExists">Whether the site's record is known to exist.</param>
/// <param name="Waited">Whether nobody has let this node join for long enough.</param>
/// <param name="Failures">How often in a row the API did not say yes; decides how long to wait before asking again.</param>
internal sealed record FormationState(FormationPhase Phase, bool HasContacts, bool RecordExists = false, bool Waited = false, int Failures = 0);
