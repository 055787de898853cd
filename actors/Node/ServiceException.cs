namespace Handcarry.Actors.Node;

/// <summary>The service manager refused, or cannot be asked.</summary>
public sealed class ServiceException : Exception
{
    /// <summary>Reason word: there is no unit of that name.</summary>
    public const string NoSuchUnit = nameof(NoSuchUnit);

    /// <summary>Reason word: the unit can never do that, or not now; the sentence has the service manager's words.</summary>
    public const string Refused = nameof(Refused);

    /// <summary>Reason word: nobody answers.</summary>
    public const string NoServiceManager = nameof(NoServiceManager);

    /// <summary>Makes one with its reason word and a sentence that names the unit.</summary>
    public ServiceException(string reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The stable reason word.</summary>
    public string Reason { get; }
}
