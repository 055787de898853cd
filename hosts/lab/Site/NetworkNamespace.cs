using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Handcarry.Lab.Site;

/// <summary>Sockets of this process in another network namespace: a socket stays in the namespace in which it was made (network_namespaces(7)).</summary>
internal static class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000; // sched.h

    /// <summary>A socket that listens in the namespace of this name.</summary>
    public static Socket Listen(string name, IPEndPoint endpoint) => Make(name, socket =>
    {
        socket.Bind(endpoint);
        socket.Listen();
    });

    /// <summary>A socket that was connected from the namespace of this name.</summary>
    public static Socket Connect(string name, IPEndPoint endpoint) => Make(name, socket => socket.Connect(endpoint));

    // A thread that ends afterwards: no other work ever runs in the namespace.
    private static Socket Make(string name, Action<Socket> use)
    {
        Socket? made = null;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                made = socket;
                use(socket);
            }
            catch (Exception e) when (e is SocketException or IOException or Win32Exception)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        if (error is null)
            return made!;
        made?.Dispose();
        throw new LabException($"The network namespace {name} gave no socket: {error.Message}");
    }

    private static void Enter(string name)
    {
        using var handle = File.OpenHandle(Path.Combine("/run/netns", name));
        if (SetNamespace((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int kind);
}
