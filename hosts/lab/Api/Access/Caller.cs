namespace Handcarry.Lab.Api.Access;

/// <summary>Who sends a request (k8s.io/apiserver/pkg/authentication/user).</summary>
/// <param name="Name">Such as <c>system:serviceaccount:handcarry:handcarry-agent</c>.</param>
/// <param name="Groups">What it belongs to.</param>
internal sealed record Caller(string Name, IReadOnlyList<string> Groups)
{
    private const string AccountPrefix = "system:serviceaccount:";

    // May everything, whatever the roles say.
    private const string Masters = "system:masters";

    public static Caller Administrator { get; } = new("lab-admin", [Masters, "system:authenticated"]);

    public bool MayEverything => Groups.Contains(Masters);

    /// <summary>
    /// Whom an administrator speaks for (<c>kubectl --as</c>; apiserver/pkg/endpoints/filters/impersonation.go): a service account comes with its groups,
    /// everybody else with those that are said.
    /// </summary>
    public static Caller Impersonated(string name, IReadOnlyList<string> groups) =>
        name.StartsWith(AccountPrefix, StringComparison.Ordinal) && name[AccountPrefix.Length..].Split(':') is [var space, var account]
            ? ServiceAccount(space, account)
            : new Caller(name, [.. groups, "system:authenticated"]);

    public static Caller ServiceAccount(string space, string name) =>
        new($"{AccountPrefix}{space}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{space}", "system:authenticated"]);
}
