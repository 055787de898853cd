namespace Handcarry.Vm.Scenarios;

/// <summary>What was measured of a medium.</summary>
/// <param name="Recognised">From plugging in until the agent says what is on it; by this machine's clock, so with USB, the kernel and udev.</param>
/// <param name="Read">From then until everything is verified and kept; null where nothing was read, like the next one.</param>
/// <param name="Served">Bytes that the device gave, over those of the bundle; of a medium that was pulled and inserted again, all together.</param>
/// <param name="Noticed">The longest time from the kernel's noticing that it was pulled out until the agent's, by the machine's clock.</param>
/// <param name="Remark">What else is to be said.</param>
internal sealed record Figures(TimeSpan Recognised, TimeSpan? Read, double? Served, TimeSpan? Noticed, string Remark = "");
