using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class ChosenRuntimeTests : IDisposable
{
    private readonly TestFolder _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("", NodeRuntime.None, "", false)]
    [InlineData("run/crio/crio.sock", NodeRuntime.Crio, "run/crio/crio.sock", false)]
    [InlineData("run/containerd/containerd.sock", NodeRuntime.Containerd, "run/containerd/containerd.sock", true)]
    // Not started yet.
    [InlineData("etc/crio/crio.conf", NodeRuntime.Crio, "run/crio/crio.sock", false)]
    [InlineData("usr/bin/podman", NodeRuntime.None, "", false)]
    public void The_runtime_is_the_one_whose_socket_is_there_or_that_is_installed(string file, NodeRuntime runtime, string socket, bool pulls)
    {
        // As on a node: /var/run leads to /run.
        _host.MakeFolder("var");
        Directory.CreateSymbolicLink(_host.At("var", "run"), "/run");
        if (file.Length > 0)
            Put(file);

        Assert.Equal(new ChosenRuntime(runtime, socket.Length == 0 ? "" : _host.At(socket), pulls), ChosenRuntime.Of(Options(new LoadOptions())));
    }

    [Fact]
    public void What_is_set_counts_whatever_is_there()
    {
        Put("run/containerd/containerd.sock");
        Assert.Equal(NodeRuntime.None, ChosenRuntime.Of(Options(new LoadOptions { Runtime = "none" })).Runtime);
        Assert.Equal(new ChosenRuntime(NodeRuntime.Crio, _host.At("run/own.sock"), true), ChosenRuntime.Of(Options(new LoadOptions { Runtime = "crio", Socket = "/run/own.sock", Strategy = "cri-pull" })));
    }

    [Fact]
    public void Two_runtimes_are_asked_about()
    {
        Put("var/run/crio/crio.sock");
        Put("run/containerd/containerd.sock");
        Assert.Contains("set load.runtime", Refusal(new LoadOptions()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_strategy_that_the_runtime_does_not_have_is_refused()
    {
        Assert.Contains("neither CRI-O nor containerd", Refusal(new LoadOptions { Strategy = "cri-pull" }), StringComparison.Ordinal);
        Put("run/containerd/containerd.sock");
        Assert.Contains("no additional image stores", Refusal(new LoadOptions { Strategy = "store" }), StringComparison.Ordinal);
        Assert.Contains("data.loopbackPort", Refusal(new LoadOptions(), loopback: null), StringComparison.Ordinal);
    }

    private string Refusal(LoadOptions load, int? loopback = 9242) => Assert.Throws<ArgumentException>(() => ChosenRuntime.Of(Options(load, loopback))).Message;

    private HandcarryOptions Options(LoadOptions load, int? loopback = 9242) => new()
    {
        Node = new NodeOptions { Name = "node-1", Root = _host.Root },
        Remoting = new RemotingOptions { Host = "127.0.0.1" },
        Data = new DataOptions { Host = "127.0.0.1", LoopbackPort = loopback },
        Web = new WebOptions { Listen = "127.0.0.1", Port = null },
        Tls = new TlsOptions { Ca = "", Certificate = "", Key = "" },
        Load = load,
    };

    private void Put(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_host.At(file))!);
        File.WriteAllText(_host.At(file), "");
    }
}
