using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using Handcarry.ClusterConfig.Options;
using LinqToDB;
using Microsoft.Data.Sqlite;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>Where the journal is, made ready for Akka.Persistence.Sql.</summary>
internal static class NodeJournal
{
    /// <summary>
    /// The connection string of the configured journal. For SQLite the state folder (mode 0700) and the file are made when they are missing. Write-ahead
    /// logging is a property of the file and set here, before anything else opens it: with a rollback journal
    /// each write takes twice as long (reference/akka.md section 5.5).
    /// </summary>
    public static string Prepare(HandcarryOptions options)
    {
        if (options.Journal.Provider != NodeJournalOptions.Sqlite)
            return options.Journal.ConnectionString;

        Directory.CreateDirectory(options.StatePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = options.JournalPath,
            Cache = SqliteCacheMode.Private,
            Pooling = true,
        }.ToString();
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=wal";
        command.ExecuteNonQuery();
        return connectionString;
    }

    /// <summary>
    /// <c>synchronous</c> belongs to each connection: FULL syncs the log on every commit, so that what was acknowledged survives a power loss.
    /// Null where the provider's own defaults do so.
    /// </summary>
    public static Setup? ConnectionSetup(string provider, string connectionString) =>
        provider != NodeJournalOptions.Sqlite
            ? null
            : new DataOptionsSetup(new LinqToDB.DataOptions()
                .UseConnectionString(ProviderName.SQLiteMS, connectionString)
                .UseAfterConnectionOpened(opened =>
                {
                    using var command = opened.CreateCommand();
                    command.CommandText = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000";
                    command.ExecuteNonQuery();
                }));
}
