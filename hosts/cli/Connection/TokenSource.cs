using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Connection;

/// <summary>The token by which the cluster knows who is at the keyboard: found when it is first needed, and again when it has ended, as in a <c>watch</c> of many hours.</summary>
/// <param name="find">Finds it; throws <see cref="ArgumentException"/>.</param>
/// <param name="clock">By what clock it ends.</param>
internal sealed class TokenSource(Func<CancellationToken, Task<BearerToken>> find, TimeProvider clock)
{
    /// <summary>Tokens are not used to their last second: a request takes some.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private Task<BearerToken>? _token;

    /// <summary>The token. Throws <see cref="CliException"/>.</summary>
    public async Task<string> CurrentAsync(CancellationToken cancellationToken)
    {
        var token = await FoundAsync(null, cancellationToken);
        return token.Until is { } until && until - Spare <= clock.GetUtcNow() ? (await FoundAsync(token, cancellationToken)).Text : token.Text;
    }

    /// <summary>Looks for another one than <paramref name="refused"/>; false when there is none. Throws <see cref="CliException"/>.</summary>
    public async Task<bool> RenewAsync(string refused, CancellationToken cancellationToken)
    {
        var token = await FoundAsync(null, cancellationToken);
        return token.Text != refused || (await FoundAsync(token, cancellationToken)).Text != refused;
    }

    // Many may ask at once; a plugin runs once for all of them.
    private async Task<BearerToken> FoundAsync(BearerToken? old, CancellationToken cancellationToken)
    {
        try
        {
            Task<BearerToken> finding;
            lock (_gate)
            {
                if (_token is null || _token.IsFaulted || _token.IsCanceled || (old is not null && _token.IsCompletedSuccessfully && ReferenceEquals(_token.Result, old)))
                    _token = find(cancellationToken);
                finding = _token;
            }
            return await finding;
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }
}
