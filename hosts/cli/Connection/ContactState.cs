namespace Handcarry.Cli.Connection;

/// <summary>What was found out about a contact that does not answer.</summary>
internal enum ContactState
{
    /// <summary>Nothing more than that.</summary>
    Silent,

    /// <summary>It accepts no connection.</summary>
    Unreachable,

    /// <summary>It shows a certificate of another authority.</summary>
    Stranger,

    /// <summary>It refuses our certificate.</summary>
    Refusing,
}
