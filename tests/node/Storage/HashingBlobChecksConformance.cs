using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class HashingBlobChecksConformance : BlobChecksConformance
{
    protected override IBlobChecks Checks => new HashingBlobChecks(Store);
}
