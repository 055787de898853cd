using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Twins;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

public sealed class EventBudgetTests
{
    [Fact]
    public void So_many_at_once_then_one_each_so_often_and_never_more_saved_up_than_that()
    {
        var time = new ManualTime();
        var budget = new EventBudget(time, 3, TimeSpan.FromSeconds(10));
        Assert.Equal(3, Taken(budget));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, Taken(budget));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Taken(budget));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, Taken(budget));
    }

    private static int Taken(EventBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
            taken++;
        return taken;
    }
}
