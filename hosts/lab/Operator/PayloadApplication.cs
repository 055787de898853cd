namespace Handcarry.Lab.Operator;

/// <summary>
/// Rolls a payload out: it goes on only as far as the images are in the storage of every node, as pods that cannot get their image hold up the real one.
/// </summary>
internal sealed class PayloadApplication(string image, Payload payload, INodeStores stores, int steps)
{
    private readonly string[] _needed = [.. payload.Images.Append(image).Distinct(StringComparer.Ordinal)];

    public string Image => image;

    public string Version => payload.Version;

    public int Total => _needed.Length;

    public int Done { get; private set; }

    public bool Complete => Done == Total;

    /// <summary>Goes a step on. Null when it could, otherwise which image is missing on which node.</summary>
    public async Task<string?> StepAsync()
    {
        var next = Math.Min(Total, Done + ((Total + steps - 1) / steps));
        foreach (var node in stores.Nodes)
        {
            // From the first image on: what was there before may have gone.
            var present = await stores.ImagesAsync(node);
            if (Array.Find(_needed[..next], name => !present.Contains(name)) is { } missing)
                return $"image {missing} is not in the storage of node {node}";
        }
        Done = next;
        return null;
    }

    /// <summary>Such as <c>Working towards 4.14.1: 7 of 9 done (77% complete)</c>.</summary>
    public string Progress =>
        $"Working towards {Version}: {Done} of {Total} done ({100 * Done / Total}% complete)"
        + (Complete ? "" : $", waiting on {_needed[Done].Split('@')[^1][..19]}");
}
