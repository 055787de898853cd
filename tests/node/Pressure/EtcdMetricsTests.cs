using System.Net;
using System.Text;
using Handcarry.Hosts.Node.Pressure;

namespace Handcarry.Hosts.Node.Tests.Pressure;

public sealed class EtcdMetricsTests
{
    [Fact]
    public async Task Each_look_tells_how_long_the_slower_writes_since_the_one_before_have_taken()
    {
        var pages = new Queue<string>([Page(1000, 1000, 1000), Page(1990, 2000, 2000), Page(1990, 2000, 2000), Page(1990, 2090, 2100)]);
        using var server = new HttpListener();
        var url = Listen(server);
        var serving = ServeAsync(server, pages);
        var said = new List<string>();
        using var etcd = new EtcdMetrics(new Uri(url), said.Add);
        Assert.Null(await etcd.SlowFsyncAsync(default));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await etcd.SlowFsyncAsync(default));
        Assert.Null(await etcd.SlowFsyncAsync(default));
        Assert.Equal(TimeSpan.FromSeconds(8.192), await etcd.SlowFsyncAsync(default));
        await serving;

        server.Stop();
        Assert.Null(await etcd.SlowFsyncAsync(default));
        Assert.Null(await etcd.SlowFsyncAsync(default));
        Assert.Contains("limits.etcdMetrics", Assert.Single(said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"} x\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"\"} 1\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\n")]
    public void What_is_no_such_histogram_tells_nothing(string page) => Assert.Null(EtcdMetrics.Quantile(EtcdMetrics.Buckets(page)));

    private static string Page(int millisecond, int eightSeconds, int all) => $$"""
        # TYPE etcd_disk_wal_fsync_duration_seconds histogram
        etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} {{millisecond}}
        etcd_disk_wal_fsync_duration_seconds_bucket{le="8.192"} {{eightSeconds}}
        etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} {{all}}
        etcd_disk_wal_fsync_duration_seconds_count {{all}}
        """;

    private static string Listen(HttpListener server)
    {
        // The listener takes no port 0.
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/metrics/";
        free.Stop();
        server.Prefixes.Add(url);
        server.Start();
        return url;
    }

    private static async Task ServeAsync(HttpListener server, Queue<string> pages)
    {
        while (pages.TryDequeue(out var page))
        {
            var context = await server.GetContextAsync();
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page));
            context.Response.Close();
        }
    }
}
