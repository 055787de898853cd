using Grpc.Core;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// What an error of a runtime means. Runtimes give nearly every one the code Unknown, so the text decides: that of CRI-O and containers/image
/// (reference/container-storage.md sections B, D and E), that of containerd, and the words of the CRI (cri-api, pkg/errors).
/// </summary>
internal sealed class CriFailure(RpcException error, CriQuestion question, string socket)
{
    // Longer ones repeat themselves, and the sentence goes into the status of an object.
    private const int MaxText = 600;

    // containerd while it starts, under the code Unknown (containerd, pkg/cri/instrument).
    private static readonly string[] Starting = ["server is not initialized yet"];

    private static readonly string[] Damage = ["layer not known", "is unknown, failing getSize"];

    private static readonly string[] NoRoom = ["no space left on device", "disk quota exceeded"];

    private static readonly string[] Signatures = ["SignatureValidationFailed", "is rejected by policy", "A signature was required"];

    private static readonly string[] NoMirror =
        ["connection refused", "connection reset", "i/o timeout", "unexpected EOF", "no such host", "TLS handshake timeout", "network is unreachable", "RegistryUnavailable"];

    private static readonly string[] NotServed = ["manifest unknown", "name unknown", "not found"];

    private readonly string _text = error.Status.Detail.Length > MaxText ? error.Status.Detail[..MaxText] + "..." : error.Status.Detail;

    /// <summary>Whether the next attempt may go better: the runtime is being restarted, answers late, or the mirror is. A pull that took too long would take as long again.</summary>
    public bool MayPass => error.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.DeadlineExceeded => !question.IsPull,
        _ => Reason is RuntimeReasons.MirrorUnreachable or RuntimeReasons.RuntimeUnreachable,
    };

    private string Reason => error.StatusCode switch
    {
        StatusCode.DeadlineExceeded => RuntimeReasons.RuntimeSlow,
        // Only what the client itself found has an exception: then it is this socket that refuses, not the one of a registry.
        StatusCode.Unavailable when error.Status.DebugException is not null => RuntimeReasons.RuntimeUnreachable,
        _ when Says(Starting) => RuntimeReasons.RuntimeUnreachable,
        _ when Says(NoRoom) => RuntimeReasons.NoSpace,
        _ when Says(Damage) => RuntimeReasons.DanglingRecord,
        _ when question.IsPull && Says(Signatures) => RuntimeReasons.SignatureRefused,
        _ when question.IsPull && Says(NoMirror) => RuntimeReasons.MirrorUnreachable,
        StatusCode.Unavailable => RuntimeReasons.RuntimeUnreachable,
        _ when question.IsPull && Says(NotServed) => RuntimeReasons.ImageNotServed,
        _ => question.IsPull ? RuntimeReasons.PullFailed : RuntimeReasons.RuntimeFailed,
    };

    public RuntimeException ToException()
    {
        var reason = Reason;
        return new RuntimeException(reason, $"{question.Failure}: {Advice(reason)}", error);
    }

    private string Advice(string reason) => reason switch
    {
        RuntimeReasons.RuntimeUnreachable => $"nobody answers on {socket}. See whether the runtime's service runs on this node ({_text}).",
        RuntimeReasons.RuntimeSlow => $"no answer on {socket} within {question.Timeout.TotalSeconds:0.###} s. Look for a failing or overloaded disk, then load again.",
        RuntimeReasons.NoSpace => $"no room on the file system of the runtime's images. Free space there, then load again ({_text}).",
        RuntimeReasons.DanglingRecord => $"a record of the runtime's storage points to a layer that is gone or incomplete. Remove or pull again the image it belongs to ({_text}).",
        RuntimeReasons.SignatureRefused => $"the signature policy of this node refuses it. See /etc/containers/policy.json and whether the bundle has the image's signature ({_text}).",
        RuntimeReasons.MirrorUnreachable => $"no mirror answers. See whether the agent runs on this node and the runtime's mirror configuration names it ({_text}).",
        RuntimeReasons.ImageNotServed => $"nothing that was asked has it. See whether the image is in the bundle and the runtime's mirror configuration names this node's agent ({_text}).",
        _ => $"the runtime says \"{_text}\". See its log on this node, then try again.",
    };

    private bool Says(string[] words) => words.Any(word => error.Status.Detail.Contains(word, StringComparison.OrdinalIgnoreCase));
}
