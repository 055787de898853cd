using Google.Protobuf;
using Grpc.Core;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Wire;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class CriRuntimeTests
{
    private static readonly ImageName Name = ImageName.Parse($"quay.io/openshift-release-dev/ocp-v4.0-art-dev@{Digest.Of("image"u8)}");

    [Fact]
    public async Task Nobody_listening_is_said_with_the_socket()
    {
        using var folder = new TestFolder();
        using var runtime = Open(folder.At("none.sock"));

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.FactsAsync(default));

        Assert.Equal(RuntimeReasons.RuntimeUnreachable, failure.Reason);
        Assert.Contains(folder.At("none.sock"), failure.Message);
        // A pull asks nobody either, and a registry has nothing to do with that.
        failure = await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.PullAsync(Name, default));
        Assert.Equal(RuntimeReasons.RuntimeUnreachable, failure.Reason);
    }

    [Fact]
    public async Task A_runtime_that_is_being_restarted_is_asked_again()
    {
        await using var server = await ScriptedRuntime.StartAsync(static (question, _) => question < 3
            ? throw new RpcException(new Status(StatusCode.Unavailable, "transport is closing"))
            : Answer(new ImageStatusResponse { Image = new Image { Id = "1", RepoDigests = { Name.ToString() }, Size = 7, Pinned = true } }));
        using var runtime = Open(server.Socket);

        var image = await runtime.FindAsync(Name.ToString(), default);

        Assert.NotNull(image);
        Assert.Equal(("1", 7, true), (image.Id, image.Size, image.Pinned));
        Assert.Equal(["ImageStatus", "ImageStatus", "ImageStatus"], server.Asked);
    }

    [Fact]
    public async Task One_that_stays_away_is_given_up_after_the_attempts_that_were_allowed()
    {
        await using var server = await ScriptedRuntime.StartAsync(static (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "transport is closing")));
        using var runtime = Open(server.Socket, attempts: 4);

        Assert.Equal(RuntimeReasons.RuntimeUnreachable, (await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.ListAsync(default))).Reason);

        Assert.Equal(4, server.Asked.Count);
    }

    [Fact]
    public async Task A_question_that_is_not_answered_in_time_is_asked_again_but_no_pull()
    {
        await using var server = await ScriptedRuntime.StartAsync(static async (_, stands) =>
        {
            await Task.Delay(Timeout.Infinite, stands);
            return new ListImagesResponse();
        });
        using var runtime = Open(server.Socket, attempts: 2, timeout: TimeSpan.FromMilliseconds(200));

        Assert.Equal(RuntimeReasons.RuntimeSlow, (await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.ListAsync(default))).Reason);
        Assert.Equal(RuntimeReasons.RuntimeSlow, (await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.PullAsync(Name, default))).Reason);

        Assert.Equal(1, server.Asked.Count(static method => method == "PullImage"));
    }

    [Fact]
    public async Task A_pull_that_is_given_up_is_given_up_in_the_runtime_too()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await ScriptedRuntime.StartAsync(async (_, stands) =>
        {
            begun.SetResult();
            using var end = stands.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, stands);
            return new PullImageResponse();
        });
        using var runtime = Open(server.Socket);
        using var cancel = new CancellationTokenSource();

        var pull = runtime.PullAsync(Name, cancel.Token).AsTask();
        await begun.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("write /var/lib/containers/storage/overlay/x: no space left on device", RuntimeReasons.NoSpace, 1)]
    [InlineData("SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists", RuntimeReasons.SignatureRefused, 1)]
    [InlineData("Source image rejected: Running image docker://x is rejected by policy.", RuntimeReasons.SignatureRefused, 1)]
    [InlineData("reading manifest sha256:x in quay.io/x: manifest unknown", RuntimeReasons.ImageNotServed, 1)]
    [InlineData("pinging container registry quay.io: dial tcp 127.0.0.1:5005: connect: connection refused", RuntimeReasons.MirrorUnreachable, 3)]
    [InlineData("RegistryUnavailable: 503", RuntimeReasons.MirrorUnreachable, 3)]
    [InlineData("resolve pulled image: not found in container storage (size for layer \"3e\" is unknown, failing getSize())", RuntimeReasons.DanglingRecord, 1)]
    [InlineData("something else", RuntimeReasons.PullFailed, 1)]
    public async Task Each_error_of_a_pull_has_its_reason_and_only_what_may_pass_is_tried_again(string text, string reason, int attempts)
    {
        await using var server = await ScriptedRuntime.StartAsync((_, _) => throw new RpcException(new Status(StatusCode.Unknown, text)));
        using var runtime = Open(server.Socket);

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await runtime.PullAsync(Name, default));

        Assert.Equal(reason, failure.Reason);
        Assert.StartsWith($"Image {Name} could not be pulled: ", failure.Message);
        Assert.Contains(text, failure.Message);
        Assert.Equal(attempts, server.Asked.Count);
    }

    [Theory, InlineData("run/crio.sock"), InlineData("")]
    public void A_socket_that_is_no_absolute_path_is_refused(string socket) => Assert.Throws<ArgumentException>(() => Open(socket));

    [Fact]
    public void A_socket_whose_path_the_kernel_would_not_take_is_refused() => Assert.Contains("107", Assert.Throws<ArgumentException>(static () => Open("/" + new string('s', 107))).Message);

    private static Task<IMessage> Answer(IMessage message) => Task.FromResult(message);

    private static CriRuntime Open(string socket, int attempts = 3, TimeSpan? timeout = null) => new(
        new CriOptions { Socket = socket, Attempts = attempts, FirstPause = TimeSpan.FromMilliseconds(1), QueryTimeout = timeout ?? TimeSpan.FromMinutes(1), PullTimeout = timeout ?? TimeSpan.FromMinutes(1) },
        TimeProvider.System);
}
