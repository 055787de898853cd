using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Microsoft.Data.Sqlite;

namespace Handcarry.ClusterConfig.Tests.Hosting;

public sealed class JournalProbeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HandcarryOptions _options;

    public JournalProbeTests()
    {
        _options = HandcarryConfiguration.Load(
            null,
            new Dictionary<string, string?>(),
            [$"--node.name=n", "--remoting.host=127.0.0.1", "--tls.ca=x", "--tls.certificate=x", "--tls.key=x", $"--node.root={_folder.Path}", "--node.state=/state"]);
        Directory.CreateDirectory(_options.StatePath);
        Run("PRAGMA journal_mode=wal; CREATE TABLE journal (n INTEGER)");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_that_can_be_written_is_fine_and_stays_as_it_is()
    {
        Assert.Null(await JournalProbe.AskAsync(_options, default));
        Run("INSERT INTO journal VALUES (1)");
    }

    [Fact]
    public async Task A_journal_that_is_gone_is_named_and_not_made_anew()
    {
        File.Delete(_options.JournalPath);
        Assert.Contains(_options.JournalPath, await JournalProbe.AskAsync(_options, default), StringComparison.Ordinal);
        Assert.False(File.Exists(_options.JournalPath));
    }

    [Fact]
    public async Task A_journal_that_is_no_database_any_more_is_not_fine()
    {
        File.Delete(_options.JournalPath + "-wal");
        File.WriteAllText(_options.JournalPath, new string('x', 5000));
        Assert.NotNull(await JournalProbe.AskAsync(_options, default));
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_options.JournalPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
