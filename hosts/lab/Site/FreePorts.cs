using System.Net;
using System.Net.Sockets;

namespace Handcarry.Lab.Site;

/// <summary>
/// TCP ports of the loopback interface that nobody listens on. None is of those that the kernel gives to whoever asks for any (<c>net.ipv4.ip_local_port_range</c>, from 32768 on unless told
/// otherwise): an agent that is killed and started again wants its port back, which a connection of somebody else may have by then.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000, Behind = 32_000, MostTries = 10_000;

    /// <summary>So many different ones. All are held until the last is found, so none is given twice.</summary>
    public static int[] Find(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var tries = 1; listeners.Count < count; tries++)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, Behind));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && tries < MostTries)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(static listener => listener.Dispose());
        }
    }
}
