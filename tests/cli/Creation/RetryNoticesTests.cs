using Handcarry.Cli.Creation;
using Handcarry.Cli.Rendering;
using Handcarry.Streams.Registry.Client;
using Handcarry.Twins;

namespace Handcarry.Cli.Tests.Creation;

public sealed class RetryNoticesTests
{
    [Fact]
    public void The_same_reason_of_many_connections_is_told_once_in_a_while()
    {
        var time = new ManualTime();
        var stages = new Notes();
        var notices = new RetryNotices(stages, time);
        for (var i = 0; i < 16; i++)
            notices.Tell(new RegistryNotice($"blob {i}", "quay.io does not answer.", TimeSpan.FromSeconds(2)));
        notices.Tell(new RegistryNotice("blob 1", "quay.io answered 500.", TimeSpan.FromSeconds(1)));
        Assert.Equal(["quay.io does not answer. Trying again in 2 s.", "quay.io answered 500. Trying again in 1 s."], stages.Told);
        time.Advance(TimeSpan.FromSeconds(31));
        notices.Tell(new RegistryNotice("blob 1", "quay.io does not answer.", TimeSpan.FromSeconds(30)));
        Assert.Equal(3, stages.Told.Count);
    }

    private sealed class Notes : IStages
    {
        public List<string> Told { get; } = [];

        public IStage Begin(string name, long? totalBytes) => throw new NotSupportedException(name);

        public void Note(string sentence) => Told.Add(sentence);
    }
}
