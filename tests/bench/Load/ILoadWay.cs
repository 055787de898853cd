namespace Handcarry.Bench.Load;

/// <summary>One way to load images on a node, on a disk that is empty before.</summary>
internal interface ILoadWay : IAsyncDisposable
{
    /// <summary>What it is called in the table.</summary>
    string Name { get; }

    /// <summary>Processes that work for it beside this one and what this one starts.</summary>
    IReadOnlyList<int> Workers { get; }

    /// <summary>Puts on the disk what is there when the last byte has come; durable before the clock starts.</summary>
    Task ArriveAsync(CancellationToken cancellationToken);

    /// <summary>All that is left to do. The names of the images that are visible then.</summary>
    Task<IReadOnlySet<string>> LoadAsync(CancellationToken cancellationToken);
}
