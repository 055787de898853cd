using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary>What <c>arm --dry-run</c> finds.</summary>
/// <param name="Runtime">The runtime that would be armed.</param>
/// <param name="Changes">The paths that would be changed.</param>
/// <param name="Services">The services that would be told, if anything is changed.</param>
/// <param name="Refusals">What is in the way.</param>
internal sealed record DryRun(NodeRuntime Runtime, IReadOnlyList<string> Changes, IReadOnlyList<ServiceAction> Services, IReadOnlyList<ArmingRefusal> Refusals);
