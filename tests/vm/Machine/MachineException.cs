namespace Handcarry.Vm.Machine;

/// <summary>The virtual machine, or a program that it needs, did not do what it was asked.</summary>
internal sealed class MachineException(string message, Exception? cause = null) : Exception(message, cause);
