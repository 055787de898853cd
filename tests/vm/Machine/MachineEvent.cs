using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>Something that QEMU told by itself (QEMU QMP reference, "Events").</summary>
internal sealed record MachineEvent(string Name, JsonObject Data);
