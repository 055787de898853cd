using System.Security.Cryptography;
using Handcarry.Lab.Release;
using Handcarry.Vm.Machine;
using Handcarry.Vm.Media;
using Handcarry.Vm.Site;

namespace Handcarry.Vm.Scenarios;

/// <summary>What scenarios share: the machine, and the bundle that is on all media.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Release">What the bundle holds.</param>
/// <param name="PublicKey">Of who signed the release.</param>
/// <param name="Bundle">The bundle.</param>
/// <param name="Raw">The bundle as it is on a device of its own.</param>
/// <param name="Folder">Private folder.</param>
/// <param name="Logs">Folder of the journals that are kept.</param>
internal sealed record Stage(VirtualMachine Machine, MadeRelease Release, string PublicKey, FileInfo Bundle, string Raw, string Folder, string Logs)
{
    public MediumImages Images { get; } = new(Folder);

    public GuestFill Fill { get; } = new(Machine);

    /// <summary>Starts the agent's service with nothing known to it.</summary>
    public Task<NodeService> StartServiceAsync(string scenario, CancellationToken cancellationToken) =>
        NodeService.StartAsync(Machine, Release, PublicKey, Folder, Path.Combine(Logs, $"{scenario}.log"), cancellationToken);

    /// <summary>What a medium holds, to tell whether anything wrote to it.</summary>
    public static async Task<string> HashAsync(string image, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(image);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
