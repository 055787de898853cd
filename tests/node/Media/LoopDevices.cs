namespace Handcarry.Hosts.Node.Tests.Media;

/// <summary>Loop devices with nodes in a private folder: the sticks of these tests. Only devices attached here are ever detached.</summary>
internal sealed class LoopDevices : IDisposable
{
    private readonly TestFolder _images = new();
    private readonly Dictionary<string, string> _devices = new(StringComparer.Ordinal);

    public LoopDevices()
    {
        Tool.NeedRoot();
        Tool.Need("losetup", "mknod");
        Skip.IfNot(File.Exists("/dev/loop-control"), "this machine has no loop devices");
    }

    /// <summary>Where the nodes are.</summary>
    public string Folder => _images.MakeFolder("dev");

    public string ImageOf(string name) => _images.At(name + ".img");

    /// <summary>Attaches a loop device to the content and makes its node.</summary>
    public async Task<string> InsertAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(ImageOf(name), content);
        var device = await AttachAsync(ImageOf(name));
        _devices[name] = device;
        var number = await NumberOfAsync(device);
        await Tool.RunAsync("mknod", Path.Combine(Folder, name), "b", number.Major, number.Minor);
        return device;
    }

    /// <summary>Detaches the device and leaves its node.</summary>
    public async Task EjectAsync(string name, string device)
    {
        await Tool.RunAsync("losetup", "--detach", device);
        _devices.Remove(name);
    }

    /// <summary>Attaches to what the node stands for; false when someone else has it.</summary>
    public async Task<bool> AttachThroughNodeAsync(string name, byte[] content)
    {
        var image = _images.At($"{name}-{Guid.NewGuid():n}.img");
        await File.WriteAllBytesAsync(image, content);
        var node = Path.Combine(Folder, name);
        if ((await Tool.TryAsync("losetup", node, image)).ExitCode != 0)
            return false;
        _devices[name] = node;
        return true;
    }

    /// <summary>Puts other content behind the node; false when someone else took the device in between.</summary>
    public async Task<bool> ExchangeAsync(string name, byte[] content)
    {
        await EjectAsync(name, _devices[name]);
        return await AttachThroughNodeAsync(name, content);
    }

    /// <summary>Removes the node, then detaches.</summary>
    public async Task RemoveAsync(string name)
    {
        File.Delete(Path.Combine(Folder, name));
        if (_devices.Remove(name, out var device))
            await Tool.RunAsync("losetup", "--detach", device);
    }

    public void Dispose()
    {
        foreach (var device in _devices.Values)
            Tool.RunAsync("losetup", "--detach", device).GetAwaiter().GetResult();
        _images.Dispose();
    }

    private static async Task<string> AttachAsync(string image)
    {
        // Others on this machine take loop devices too; losetup finds a free one and loses it now and then.
        for (var attempt = 1; ; attempt++)
        {
            var result = await Tool.TryAsync("losetup", "--find", "--show", "--read-only", image);
            if (result.ExitCode == 0)
                return result.Output.Trim();
            Skip.If(attempt == 20, $"no loop device can be had: {result.LastErrorLine}");
        }
    }

    private static async Task<(string Major, string Minor)> NumberOfAsync(string device)
    {
        var parts = (await File.ReadAllTextAsync($"/sys/block/{Path.GetFileName(device)}/dev")).Trim().Split(':');
        return (parts[0], parts[1]);
    }
}
