using Handcarry.ClusterConfig.Formation;

namespace Handcarry.ClusterConfig.Tests.Formation;

/// <summary>The two facts that the API keeps, in memory.</summary>
internal sealed class TestApi
{
    private readonly Lock _lock = new();
    private bool _record;
    private string? _holder;

    public bool Away { get; set; }

    public string? Holder
    {
        get
        {
            lock (_lock)
                return _holder;
        }
    }

    public List<string> Founders { get; } = [];

    public FormationAuthority For(string node) => new(
        _ =>
        {
            lock (_lock)
            {
                ThrowIfAway();
                return ValueTask.FromResult(!_record && (_record = true));
            }
        },
        _ =>
        {
            lock (_lock)
            {
                ThrowIfAway();
                if (_holder is null)
                    Founders.Add(node);
                _holder ??= node;
                return ValueTask.FromResult(_holder == node);
            }
        },
        TimeSpan.FromSeconds(2));

    /// <summary>As when the holder has not renewed for the lease's duration.</summary>
    public void ExpireLease()
    {
        lock (_lock)
            _holder = null;
    }

    public void AssumeRecord()
    {
        lock (_lock)
            _record = true;
    }

    private void ThrowIfAway()
    {
        if (Away)
            throw new HttpRequestException("connection refused");
    }
}
