using System.Net.Http.Headers;

namespace Handcarry.Streams.Registry.Client;

/// <summary>What a GET says besides its address.</summary>
/// <param name="Accept">Media types; any when null.</param>
/// <param name="From">The first byte wanted.</param>
/// <param name="Authorization">What is shown.</param>
internal sealed record Asked(string? Accept = null, long From = 0, AuthenticationHeaderValue? Authorization = null);
