using Handcarry.ClusterConfig.Options;
using Microsoft.Data.Sqlite;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>Asks whether the journal can be written, without writing.</summary>
public static class JournalProbe
{
    /// <summary>
    /// Opens the SQLite file anew and takes the right to write it, which a file system that has become read-only, a file that is gone or damaged, and a writer that does
    /// not end all refuse. That the disk is full is not seen: nothing is written. Another journal than SQLite's is not asked.
    /// </summary>
    /// <returns>Null when it can be written, else one sentence.</returns>
    public static async Task<string?> AskAsync(HandcarryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Journal.Provider != NodeJournalOptions.Sqlite)
            return null;
        // Not pooled: a connection that was opened before says nothing of the file system now. Through SQLite itself, since a file that is opened and closed
        // otherwise in this process loses the locks that SQLite has on it (sqlite.org/howtocorrupt.html, section 2.2).
        var connectionString = new SqliteConnectionStringBuilder { DataSource = options.JournalPath, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 3 }.ToString();
        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (SqliteException e)
        {
            return $"The journal {options.JournalPath} cannot be written: {e.Message} Check the disk that holds it.";
        }
    }
}
