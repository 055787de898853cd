namespace Handcarry.Bench.Control;

/// <summary>What a supervisor of so many nodes came to.</summary>
/// <param name="Converged">From the insertion of the medium until the status at the API says that all nodes have everything.</param>
/// <param name="StatusBytes">The largest status that was seen at the API, as JSON without spaces.</param>
/// <param name="MessagesPerSecond">Reports that the supervisor takes in a second when they come as fast as they can.</param>
/// <param name="Reports">How many reports converging took.</param>
/// <param name="Plans">How many plans.</param>
/// <param name="Epochs">How often the plans changed.</param>
/// <param name="Answers">How long each answer with the whole status took meanwhile.</param>
internal sealed record ControlFigures(TimeSpan Converged, long StatusBytes, double MessagesPerSecond, long Reports, long Plans, long Epochs, IReadOnlyList<TimeSpan> Answers);
