using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

public sealed class HostChangesTests
{
    [Fact]
    public void Undoing_leaves_no_trace()
    {
        using var host = new MadeHost();
        var before = host.Snapshot();
        Arm(host);
        Assert.Equal("ours\n", File.ReadAllText(host.At("/etc/crio/crio.conf.d/10-theirs")));
        Assert.Equal("through a link\n", File.ReadAllText(host.At("/usr/etc/certs.d/ours")));
        Assert.NotEqual(before, host.Snapshot());
        Disarm(host);
        Assert.Equal(before, host.Snapshot());
        Assert.False(Directory.Exists(host.At(MadeHost.StateFolder)));
    }

    [Fact]
    public void Arming_that_dies_after_any_step_goes_on_when_it_is_run_again()
    {
        using var whole = new MadeHost();
        Arm(whole);
        var armed = whole.Snapshot();
        for (var dieAt = 1; ; dieAt++)
        {
            using var host = new MadeHost();
            var before = host.Snapshot();
            var died = DiesAt(dieAt, step => Arm(host, step));
            Arm(host);
            Assert.Equal(armed, host.Snapshot());
            Disarm(host);
            Assert.Equal(before, host.Snapshot());
            if (!died)
            {
                Assert.True(dieAt > 20, $"only {dieAt} steps");
                return;
            }
        }
    }

    [Fact]
    public void Arming_that_dies_after_any_step_can_be_undone()
    {
        for (var dieAt = 1; ; dieAt++)
        {
            using var host = new MadeHost();
            var before = host.Snapshot();
            var died = DiesAt(dieAt, step => Arm(host, step));
            Disarm(host);
            Assert.Equal(before, host.Snapshot());
            Assert.False(Directory.Exists(host.At(MadeHost.StateFolder)));
            if (!died)
                return;
        }
    }

    [Fact]
    public void Disarming_that_dies_after_any_step_goes_on_when_it_is_run_again_and_no_service_is_forgotten()
    {
        for (var dieAt = 1; ; dieAt++)
        {
            using var host = new MadeHost();
            var before = host.Snapshot();
            Arm(host);
            var told = new List<ServiceAction>();
            var died = DiesAt(dieAt, step => Disarm(host, step, told));
            Disarm(host, told: told);
            Assert.Equal(before, host.Snapshot());
            Assert.Equal(MadeHost.Services, told.Distinct());
            if (!died)
            {
                Assert.True(dieAt > 20, $"only {dieAt} steps");
                return;
            }
        }
    }

    [Fact]
    public void What_somebody_else_has_changed_meanwhile_stays_and_is_said()
    {
        using var host = new MadeHost();
        Arm(host);
        File.WriteAllText(host.At("/etc/crio/crio.conf.d/10-theirs"), "somebody else\n");
        File.WriteAllText(host.At("/etc/containers/registries.conf.d/theirs.conf"), "new in our folder\n");
        var left = Disarm(host);
        Assert.Equal(["/etc/containers/registries.conf.d", "/etc/crio/crio.conf.d/10-theirs"], left.Select(stays => stays.Path).Order(StringComparer.Ordinal));
        Assert.Equal("somebody else\n", File.ReadAllText(host.At("/etc/crio/crio.conf.d/10-theirs")));
        Assert.False(File.Exists(host.At("/etc/containers/registries.conf.d/ours.conf")));
        Assert.False(host.Open().IsAnythingChanged);
    }

    [Fact]
    public void A_file_changed_by_somebody_else_is_not_overwritten_and_nothing_else_is_changed_then()
    {
        using var host = new MadeHost();
        Arm(host);
        File.WriteAllText(host.At("/etc/crio/crio.conf.d/10-theirs"), "somebody else\n");
        File.Delete(host.At("/usr/etc/certs.d/ours"));
        File.CreateSymbolicLink(host.At("/usr/etc/certs.d/ours"), "nowhere");
        var before = host.Snapshot();
        var refused = Assert.Throws<ArmingException>(() => host.Open().Make(MadeHost.Changes, MadeHost.Services));
        Assert.Equal(ArmingReasons.ChangedByOthers, refused.Reason);
        Assert.Contains("10-theirs", refused.Message, StringComparison.Ordinal);
        Assert.Contains("certs.d/ours", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public void What_is_not_wanted_any_more_is_put_back_and_what_is_wanted_otherwise_is_changed()
    {
        using var host = new MadeHost();
        var before = host.Snapshot();
        Arm(host);
        host.Open().Make([new HostChange.PutFile("/etc/crio/crio.conf.d/10-theirs", "later\n")], MadeHost.Services);
        Assert.Equal("later\n", File.ReadAllText(host.At("/etc/crio/crio.conf.d/10-theirs")));
        Assert.False(Directory.Exists(host.At("/etc/containers/registries.conf.d")));
        Disarm(host);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public void Arming_twice_changes_nothing_and_owes_nothing()
    {
        using var host = new MadeHost();
        Arm(host);
        var steps = new List<string>();
        var changes = host.Open(steps.Add);
        Assert.Empty(changes.Make(MadeHost.Changes, MadeHost.Services).Made);
        Assert.Empty(changes.Owed);
        Assert.Empty(steps);
    }

    [Fact]
    public void A_damaged_journal_stops_everything()
    {
        using var host = new MadeHost();
        Arm(host);
        File.WriteAllText(host.At(MadeHost.StateFolder + "/journal.json"), "{");
        Assert.Equal(ArmingReasons.JournalUnreadable, Assert.Throws<ArmingException>(() => host.Open()).Reason);
    }

    [Fact]
    public void A_folder_where_a_file_must_be_is_a_refusal()
    {
        using var host = new MadeHost();
        Directory.CreateDirectory(host.At("/etc/containers/registries.conf.d/ours.conf"));
        Assert.Equal(ArmingReasons.PathInTheWay, Assert.Throws<ArmingException>(() => Arm(host)).Reason);
    }

    private static void Arm(MadeHost host, Action<string>? step = null)
    {
        var changes = host.Open(step);
        changes.Make(MadeHost.Changes, MadeHost.Services);
        foreach (var owed in changes.Owed.ToList())
            changes.Paid(owed);
    }

    private static IReadOnlyList<LeftAsItIs> Disarm(MadeHost host, Action<string>? step = null, List<ServiceAction>? told = null)
    {
        var changes = host.Open(step);
        var left = changes.Undo();
        foreach (var owed in changes.Owed.ToList())
        {
            told?.Add(owed);
            changes.Paid(owed);
        }
        return left;
    }

    /// <summary>Ends the work after its step of that number, as a kill would; false when it had fewer steps.</summary>
    private static bool DiesAt(int number, Action<Action<string>> work)
    {
        try
        {
            work(_ =>
            {
                if (--number == 0)
                    throw new OperationCanceledException();
            });
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
