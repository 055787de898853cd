namespace Handcarry.Streams.Registry.Client;

/// <summary>What all requests to one registry share.</summary>
internal sealed class RegistryHost(string name, bool insecure, int connections, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan DownTime = TimeSpan.FromMinutes(1);

    // Docker Hub's registry has another name than its images (distribution/reference knows the one, every client the other).
    private readonly string _authority = name == ImageReference.DockerHub ? "registry-1.docker.io" : name;
    private readonly SemaphoreSlim _gate = new(connections);
    private readonly Lock _lock = new();
    private long _notBefore = time.GetTimestamp();
    private long _downUntil = time.GetTimestamp();

    public string Name => name;

    public bool Insecure => insecure;

    /// <summary>Of an insecure registry: http or https, whichever answered; null until one did.</summary>
    public string? Scheme { get; set; }

    /// <summary>What it wanted to be shown last; null until it wanted something.</summary>
    public Challenge? Challenge { get; set; }

    /// <summary>How long it still wants to be left alone.</summary>
    public TimeSpan Wait
    {
        get
        {
            var wait = time.GetElapsedTime(time.GetTimestamp(), Interlocked.Read(ref _notBefore));
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>It could not be connected to a moment ago: others that may have the same are asked instead, because finding out again can take long.</summary>
    public bool IsDown => Interlocked.Read(ref _downUntil) > time.GetTimestamp();

    public void Unanswered() => Interlocked.Exchange(ref _downUntil, time.GetTimestamp() + (long)(DownTime.TotalSeconds * time.TimestampFrequency));

    public void Answered() => Interlocked.Exchange(ref _downUntil, time.GetTimestamp());

    public void LeaveAlone(TimeSpan wait)
    {
        var until = time.GetTimestamp() + (long)Math.Min(wait.TotalSeconds * time.TimestampFrequency, long.MaxValue / 4);
        lock (_lock)
            _notBefore = Math.Max(_notBefore, until);
    }

    public Uri Address(string scheme, string path) => new($"{scheme}://{_authority}{path}");

    /// <summary>Whether an address is one of this registry.</summary>
    public bool Is(Uri uri) => Uri.Compare(uri, Address(uri.Scheme, "/"), UriComponents.HostAndPort, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Waits for one of the connections; disposing gives it back.</summary>
    public async Task<IDisposable> EnterAsync(Patience patience, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        await _gate.WaitAsync(ct);
        patience.Excuse(time.GetElapsedTime(since));
        return new Turn(_gate);
    }

    public void Dispose() => _gate.Dispose();

    public override string ToString() => name;

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
