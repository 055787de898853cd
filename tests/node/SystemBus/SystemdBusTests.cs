using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.Node.Tests.Sandbox;

namespace Handcarry.Hosts.Node.Tests.SystemBus;

[Collection(SandboxSystemd.Collection)]
public sealed class SystemdBusTests(SandboxSystemd sandbox)
{
    /// <summary>A subscription ends with its connection, and that has to be noticed.</summary>
    [Trait("Trap", "3")]
    [SkippableFact]
    public async Task A_restart_of_the_bus_ends_the_connection()
    {
        sandbox.Need();
        await using var bus = await SystemdBus.ConnectAsync(sandbox.BusSocket);
        await bus.SubscribeAsync();
        await sandbox.RunAsync("systemctl", "restart", "dbus.service");
        var lost = await Assert.ThrowsAsync<BusException>(async () =>
        {
            await foreach (var _ in bus.Signals.ReadAllAsync())
            {
            }
        });
        Assert.Equal(BusException.Disconnected, lost.Name);
        Assert.Equal(BusException.Disconnected, (await Assert.ThrowsAsync<BusException>(() => bus.SubscribeAsync())).Name);
    }

    /// <summary>A wake-up that gets lost, or a callback that never comes, would leave somebody waiting for ever.</summary>
    [Trait("Trap", "6")]
    [Trait("Trap", "7")]
    [SkippableFact]
    public async Task A_bus_that_is_closed_while_it_is_asked_leaves_nobody_waiting()
    {
        sandbox.Need();
        for (var i = 0; i < 100; i++)
        {
            var bus = await SystemdBus.ConnectAsync(sandbox.BusSocket);
            var answers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => bus.CallAsync("Subscribe", static _ => { }, static _ => true))).ToList();
            await bus.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            foreach (var answer in answers)
                await ((Task)answer).WaitAsync(TimeSpan.FromSeconds(60)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.All(answers, answer => Assert.True(answer.IsCompletedSuccessfully || answer.Exception!.InnerException is BusException));
        }
    }

    /// <summary>What the reader of a reply throws must not cross native code, and is the caller's.</summary>
    [Trait("Trap", "8")]
    [Trait("Trap", "9")]
    [SkippableFact]
    public async Task A_reply_that_is_not_as_expected_is_an_error_of_the_caller_only()
    {
        sandbox.Need();
        await using var bus = await SystemdBus.ConnectAsync(sandbox.BusSocket);
        await Assert.ThrowsAsync<BusException>(() => bus.CallAsync("GetUnit", static call => call.Append("basic.target"), static reply => reply.ReadNumber()));
        Assert.EndsWith("basic_2etarget", await bus.CallAsync("GetUnit", static call => call.Append("basic.target"), static reply => reply.ReadPath()), StringComparison.Ordinal);
    }

    /// <summary>The plain names exist only where there are headers.</summary>
    [Trait("Trap", "10")]
    [SkippableTheory]
    [InlineData("libudev.so.1")]
    [InlineData("libsystemd.so.0")]
    public void The_libraries_are_found_by_the_names_that_every_machine_with_systemd_has(string library)
    {
        sandbox.Need();
        Assert.True(NativeLibrary.TryLoad(library, out var handle));
        NativeLibrary.Free(handle);
    }
}
