using Akka.Actor;
using Akka.Persistence;
using Microsoft.Data.Sqlite;

namespace Handcarry.ClusterConfig.Tests.Hosting;

public sealed class NodeJournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_a_node_noted_is_there_after_a_restart_and_the_file_names_no_type()
    {
        await using var site = new TestSite();
        var first = await site.StartAsync("node");
        var notes = first.System.ActorOf(Props.Create(() => new Notes()), "notes");
        Assert.Equal(TimeSpan.FromMinutes(3), first.System.Settings.Config.GetTimeSpan("akka.persistence.journal.sql.recovery-event-timeout"));
        Assert.Equal("one", (await notes.Ask<Said>(new Said("one"), Patience)).Text);
        Assert.Equal("one two", (await notes.Ask<Said>(new Said("two"), Patience)).Text);
        await first.StopAsync();

        var again = await site.StartAsync("node");
        notes = again.System.ActorOf(Props.Create(() => new Notes()), "notes");
        Assert.Equal("one two three", (await notes.Ask<Said>(new Said("three"), Patience)).Text);

        Assert.Equal(again.Options.JournalPath, Path.Combine(site.Folder.Path, "node/state/journal.db"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(again.Options.StatePath));
        Assert.Equal("wal", Query(again, "PRAGMA journal_mode"));
        Assert.Equal("said1", Query(again, "SELECT group_concat(DISTINCT manifest) FROM journal"));
        Assert.Equal("4200", Query(again, "SELECT group_concat(DISTINCT identifier) FROM journal"));
    }

    private static string? Query(TestNode node, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={node.Options.JournalPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }

    private sealed class Notes : ReceivePersistentActor
    {
        private readonly List<string> _noted = [];

        public Notes()
        {
            Recover<Said>(said => _noted.Add(said.Text));
            Command<Said>(said => Persist(said, noted =>
            {
                _noted.Add(noted.Text);
                Sender.Tell(new Said(string.Join(' ', _noted)));
            }));
        }

        public override string PersistenceId => "notes";
    }
}
