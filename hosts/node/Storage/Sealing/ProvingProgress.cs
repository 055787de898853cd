using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>Hands the progress of the proof on as that of the sealing.</summary>
internal sealed class ProvingProgress(IProgress<SealingProgress> sealing) : IProgress<StoreProofProgress>
{
    public void Report(StoreProofProgress value) => sealing.Report(new SealingProgress(SealingStage.Proving, value.Done, value.Total));
}
