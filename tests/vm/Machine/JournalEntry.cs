namespace Handcarry.Vm.Machine;

/// <summary>A line of the machine's journal.</summary>
/// <param name="At">When, by the machine's clock since it was started.</param>
/// <param name="FromKernel">Whether the kernel wrote it; else the agent.</param>
/// <param name="Text">What it says.</param>
internal sealed record JournalEntry(TimeSpan At, bool FromKernel, string Text);
