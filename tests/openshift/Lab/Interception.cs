namespace Handcarry.Hosts.OpenShift.Tests.Lab;

/// <summary>Lets a test do something right before a request goes out, or lose its answer.</summary>
internal sealed class Interception : DelegatingHandler
{
    /// <summary>Called with each request before it is sent.</summary>
    public Action<HttpRequestMessage> Before { get; set; } = _ => { };

    /// <summary>Whether the answer to a request, which the server has carried out, is lost on the way back.</summary>
    public Predicate<HttpRequestMessage> LosesAnswer { get; set; } = _ => false;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Before(request);
        var response = await base.SendAsync(request, cancellationToken);
        if (!LosesAnswer(request))
            return response;
        response.Dispose();
        throw new HttpRequestException("Connection reset by peer");
    }
}
