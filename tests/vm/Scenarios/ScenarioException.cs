namespace Handcarry.Vm.Scenarios;

/// <summary>The agent did not do what it has to; one sentence says what.</summary>
internal sealed class ScenarioException(string message) : Exception(message)
{
    /// <summary>Fails with the sentence unless it holds.</summary>
    public static void Unless(bool holds, string sentence)
    {
        if (!holds)
            throw new ScenarioException(sentence);
    }
}
