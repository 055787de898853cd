namespace Handcarry.Agent.Web.Tests;

internal static class Until
{
    /// <summary>Asks until the answer is yes; gives up after <paramref name="patience"/>, a minute when it is null.</summary>
    public static async Task TrueAsync(Func<Task<bool>> holds, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(50, limit.Token);
    }
}
