using System.Text.Json.Serialization;

namespace Handcarry.Actors.Protocol;

/// <summary>A medium in a node, and what was found on it.</summary>
/// <param name="Id">The insertion's id on that node.</param>
/// <param name="Name">For people.</param>
/// <param name="Bundle">The bundle on it; null when it could not be read as one.</param>
/// <param name="Reason">Reason word when it cannot be used: InvalidBundle, DigestMismatch, ReadFailed; else empty.</param>
/// <param name="Message">One sentence for that.</param>
public sealed record MediumReport(string Id, string Name, BundleFacts? Bundle, string Reason = "", string Message = "")
{
    /// <summary>How fast it is being read; null when it is not read, and in the first seconds.</summary>
    public MediumPace? Pace { get; init; }

    /// <summary>Whether a bundle can be read from it as far as is known.</summary>
    [JsonIgnore]
    public bool Usable => Bundle is not null && Reason.Length == 0;
}
