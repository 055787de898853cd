using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Streams.Signatures;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IReleaseKeys"/>.</summary>
public sealed class InMemoryReleaseKeys(InMemoryApi api) : IReleaseKeys
{
    private IReadOnlyList<(string Name, string Armored)> _keyrings = [];

    /// <summary>The cluster has these keyrings from now on.</summary>
    public void Set(params (string Name, string Armored)[] keyrings) => Volatile.Write(ref _keyrings, keyrings);

    public ValueTask<IReadOnlyList<ReleaseKeyring>> ReadAsync(CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        IReadOnlyList<ReleaseKeyring> read =
        [
            .. Volatile.Read(ref _keyrings).OrderBy(k => k.Name, StringComparer.Ordinal).Select(k => ReleaseKeyring.Parse(k.Name, Encoding.UTF8.GetBytes(k.Armored))),
        ];
        return ValueTask.FromResult(read);
    }
}
