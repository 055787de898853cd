using Handcarry.Lab.Api;

namespace Handcarry.Lab.Operator;

/// <summary>
/// From a wanted image to an accepted payload: signature, retrieval from the operator's own node, version (cluster-version-operator,
/// pkg/cvo/sync_worker.go, loadUpdatedPayload). Called again and again until it answers.
/// </summary>
internal sealed class PayloadRetrieval(SignatureVerifier signatures, INodeStores stores, LabOperatorOptions options)
{
    private string _image = "";
    private long _since;

    /// <summary>
    /// The payload and what was passed over by force; null while it is being retrieved, when nothing is to be seen of it.
    /// </summary>
    /// <exception cref="UpdateRefusedException">The release is not accepted.</exception>
    public async Task<(Payload Payload, bool Verified, string AcceptedRisks)?> TryAsync(DesiredUpdate wanted, CancellationToken cancellationToken)
    {
        if (_image != wanted.Image)
            Restart(wanted.Image);
        var doubt = await signatures.VerifyAsync(wanted.Image, cancellationToken);
        if (doubt is not null && !wanted.Force)
            throw Refused("RetrievePayload", "Retrieving", wanted, doubt);
        var node = options.Node ?? stores.Nodes[0];
        var images = await stores.ImagesAsync(node);
        if (!images.Contains(wanted.Image))
        {
            if (options.Time.GetElapsedTime(_since) < options.RetrievalDeadline)
                return null;
            Restart(wanted.Image);
            throw Refused("RetrievePayload", "Retrieving", wanted,
                $"Unable to download and prepare the update on node {node}: deadline exceeded, reason: \"DeadlineExceeded\", message: \"Job was active longer than specified deadline\"");
        }
        var payload = await LoadAsync(node, wanted);
        if (wanted.Version.Length > 0 && payload.Version != wanted.Version)
        {
            throw Refused("VerifyPayloadVersion", "Verifying", wanted,
                $"release image version {payload.Version} does not match the expected upstream version {wanted.Version}");
        }
        _image = "";
        return (payload, doubt is null && !wanted.Force, doubt is null ? "" : $"Forced through blocking failures: {doubt}");
    }

    private async Task<Payload> LoadAsync(string node, DesiredUpdate wanted)
    {
        try
        {
            var references = await stores.ReadReleaseFileAsync(node, wanted.Image, Payload.ReferencesPath);
            var metadata = await stores.ReadReleaseFileAsync(node, wanted.Image, Payload.MetadataPath);
            return Payload.Read(references, metadata);
        }
        catch (Exception failure) when (failure is FormatException or FileNotFoundException)
        {
            throw Refused("LoadPayload", "Loading", wanted, failure.Message);
        }
    }

    private void Restart(string image)
    {
        _image = image;
        _since = options.Time.GetTimestamp();
    }

    private static UpdateRefusedException Refused(string step, string doing, DesiredUpdate wanted, string why) =>
        new(step, $"{doing} payload failed version=\"{wanted.Version}\" image=\"{wanted.Image}\" failure={why}");
}
