using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class QuietBlobChecksConformance : BlobChecksConformance
{
    protected override IBlobChecks Checks => new QuietBlobChecks(Store, 0, TimeProvider.System);
}
