namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>journal</c>: where the node's journal is kept. By default it is the SQLite file <c>journal.db</c> in <c>node.state</c>.</summary>
public sealed record NodeJournalOptions
{
    /// <summary>The provider of the default: a SQLite file.</summary>
    public const string Sqlite = "SQLite.MS";

    /// <summary>
    /// The only name of PostgreSQL's provider that is accepted: with it alone the sequence columns get
    /// <c>BIGINT GENERATED ALWAYS AS IDENTITY</c> (Akka.Persistence.Sql 1.5.73).
    /// </summary>
    public const string PostgreSql = "PostgreSQL.15";

    /// <summary><c>journal.provider</c>, default <c>SQLite.MS</c>; or <c>PostgreSQL.15</c>.</summary>
    public string Provider { get; init; } = Sqlite;

    /// <summary>
    /// <c>journal.connectionString</c>, default empty: connection string of PostgreSQL. May hold a password: set it by the environment, and
    /// it is never repeated in a message.
    /// </summary>
    public string ConnectionString { get; init; } = "";
}
