namespace Handcarry.Actors.Tests.Scenarios;

public sealed class Stories
{
    public static TheoryData<string> Supervisor => ScenarioFile.Names("supervisor");

    public static TheoryData<string> Node => ScenarioFile.Names("node");

    [Theory]
    [MemberData(nameof(Supervisor))]
    public void The_supervisor_acts_as_the_story_says(string story) => ScenarioFile.Run("supervisor", story, new SupervisorStory().Tell);

    [Theory]
    [MemberData(nameof(Node))]
    public void A_node_acts_as_the_story_says(string story) => ScenarioFile.Run("node", story, new NodeStory().Tell);
}
