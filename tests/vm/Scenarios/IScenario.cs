namespace Handcarry.Vm.Scenarios;

/// <summary>What happens to one kind of medium in the machine.</summary>
internal interface IScenario
{
    /// <summary>Its name, as <c>--only</c> takes it.</summary>
    string Name { get; }

    /// <summary>Lets it happen.</summary>
    /// <exception cref="ScenarioException">The agent did not do what it has to.</exception>
    Task<Figures> RunAsync(Stage stage, CancellationToken cancellationToken);
}
