using System.Net;
using System.Net.Sockets;

namespace Handcarry.Lab.Site;

/// <summary>TCP ports of the loopback interface that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>So many different ones. All are held until the last is found, so none is given twice.</summary>
    public static int[] Find(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                listeners.Add(listener);
            }

            return [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(static listener => listener.Dispose());
        }
    }
}
