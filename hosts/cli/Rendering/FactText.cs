using System.Globalization;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Rendering;

/// <summary>A fact as a line.</summary>
internal static class FactText
{
    /// <summary>Local time, node, word and sentence.</summary>
    public static string Of(SiteFact fact, TimeZoneInfo zone) => string.Create(
        CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(fact.At, zone):yyyy-MM-dd HH:mm:ss}  {fact.Node}  {(fact.Warning ? "!" : " ")} {fact.Reason}: {fact.Message}");
}
