using System.Globalization;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>Names of staging areas and stores: twelve digits of the commitment tell bundles apart for people, a number tells a store that is built again from its first try.</summary>
internal static class Generations
{
    /// <summary>That of the first try.</summary>
    public static string First(BundleFacts bundle) => Of(bundle, 0);

    /// <summary>That under which the store of this work is built again.</summary>
    public static string Next(NodeWork work) => Of(work.Bundle, NumberOf(work.Generation) + 1);

    /// <summary>How often it was built again.</summary>
    public static int NumberOf(string generation) =>
        int.TryParse(generation.AsSpan(generation.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Of(BundleFacts bundle, int number) => $"{bundle.Commitment[7..19]}-{number}";
}
