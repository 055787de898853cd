namespace Handcarry.Cli.Writing;

/// <summary>The wish for a receipt on a <see cref="WrittenStick"/>.</summary>
/// <param name="Device">The partition that it is on.</param>
/// <param name="Nonce">What the receipt will carry.</param>
internal sealed record WrittenRequest(string Device, string Nonce);
