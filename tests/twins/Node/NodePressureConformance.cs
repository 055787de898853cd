using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="INodePressure"/> does. Derive from it, and make the node suffer.</summary>
public abstract class NodePressureConformance
{
    /// <summary>The one under test, of a node on which nobody waits. Skips the test when it cannot be had here.</summary>
    protected abstract Task<INodePressure> OpenAsync();

    /// <summary>Others wait so long from now on, in percent; null: the node does not tell any more.</summary>
    protected abstract Task SetAsync(PressureFacts? facts);

    [SkippableFact]
    public async Task Of_a_node_on_which_nobody_waits_it_says_so()
    {
        var pressure = await OpenAsync();
        Assert.Equal(PressureFacts.None, await pressure.ReadAsync(default));
    }

    [SkippableFact]
    public async Task Each_figure_is_told_as_it_is_at_the_look()
    {
        var pressure = await OpenAsync();
        foreach (var facts in new[] { new PressureFacts(45.25, 0, 0), new PressureFacts(0, 99.99, 0), new PressureFacts(1, 2, 100) })
        {
            await SetAsync(facts);
            Assert.Equal(facts, await pressure.ReadAsync(default));
        }
    }

    [SkippableFact]
    public async Task A_node_that_does_not_tell_gives_nothing_until_it_tells()
    {
        var pressure = await OpenAsync();
        await SetAsync(null);
        Assert.Null(await pressure.ReadAsync(default));
        Assert.Null(await pressure.ReadAsync(default));
        await SetAsync(new PressureFacts(3, 4, 5));
        Assert.Equal(new PressureFacts(3, 4, 5), await pressure.ReadAsync(default));
    }
}
