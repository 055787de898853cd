using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Tests.Tls;

/// <summary>A place where agents keep their authority, in memory, as strict as a Secret.</summary>
internal sealed class SharedAuthority
{
    private readonly Lock _gate = new();
    private KeptAuthority? _kept;
    private int _version;

    /// <summary>Called before each write.</summary>
    public Action BeforeWrite { get; set; } = () => { };

    /// <summary>How often an authority was created there.</summary>
    public int Created { get; private set; }

    public KeptAuthority? Kept
    {
        get
        {
            lock (_gate)
                return _kept;
        }
    }

    public AuthorityKeeping Keeping => new(
        async _ =>
        {
            await Task.Yield();
            return Kept;
        },
        async (entries, _) =>
        {
            await Task.Yield();
            BeforeWrite();
            return TryCreate(entries);
        },
        async (kept, _) =>
        {
            await Task.Yield();
            BeforeWrite();
            return TryReplace(kept);
        });

    public void Put(IReadOnlyDictionary<string, string> entries)
    {
        lock (_gate)
            _kept = new KeptAuthority(entries, $"{++_version}");
    }

    public void Delete()
    {
        lock (_gate)
            _kept = null;
    }

    private bool TryCreate(IReadOnlyDictionary<string, string> entries)
    {
        lock (_gate)
        {
            if (_kept is not null)
                return false;
            Created++;
            Put(entries);
            return true;
        }
    }

    private bool TryReplace(KeptAuthority kept)
    {
        lock (_gate)
        {
            if (_kept?.Version != kept.Version)
                return false;
            Put(kept.Entries);
            return true;
        }
    }
}
