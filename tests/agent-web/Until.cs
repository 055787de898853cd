namespace Handcarry.Agent.Web.Tests;

internal static class Until
{
    /// <summary>Asks until the answer is yes; the test's own end is the limit of a minute.</summary>
    public static async Task TrueAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(50, limit.Token);
    }
}
