using CsCheck;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Options.Reading;

namespace Handcarry.ClusterConfig.Tests.Options;

public sealed class FormatsTests
{
    private static readonly string[] Hosts = ["a", "a.b-c", "10.1.2.3", "::1", "fe80::2"];

    [Theory]
    [InlineData("0B", 0L)]
    [InlineData("1KiB", 1024L)]
    [InlineData("64MiB", 67108864L)]
    [InlineData("2TB", 2000000000000L)]
    [InlineData("8kB", 8000L)]
    [InlineData("64", null)]
    [InlineData("64 MiB", null)]
    [InlineData("064MiB", null)]
    [InlineData("-1B", null)]
    [InlineData("+1B", null)]
    [InlineData("1.5GiB", null)]
    [InlineData("64mib", null)]
    [InlineData("MiB", null)]
    [InlineData("9223372036854775807TiB", null)]
    [InlineData("99999999999999999999B", null)]
    [InlineData("٣MiB", null)]
    public void Sizes_are_whole_numbers_with_a_unit(string text, long? bytes) =>
        Assert.Equal(bytes, Formats.Size("0B", "8000000TiB").Parse(text)?.Value);

    [Theory]
    [InlineData("20s", 20_000.0)]
    [InlineData("250ms", 250.0)]
    [InlineData("10m", 600_000.0)]
    [InlineData("1h", 3_600_000.0)]
    [InlineData("20", null)]
    [InlineData("20 s", null)]
    [InlineData("1m30s", null)]
    [InlineData("00:00:20", null)]
    [InlineData("1d", null)]
    public void Durations_are_whole_numbers_with_a_unit(string text, double? milliseconds) =>
        Assert.Equal(milliseconds, Formats.Duration("0s", "10h").Parse(text)?.Value.TotalMilliseconds);

    [Theory]
    [InlineData("node-1", "node-1:9240")]
    [InlineData("10.0.0.1:1", "10.0.0.1:1")]
    [InlineData("[fe80::1]:65535", "[fe80::1]:65535")]
    [InlineData("[::1]", "[::1]:9240")]
    [InlineData("fe80::1", null)]
    [InlineData("[10.0.0.1]:1", null)]
    [InlineData("h:0", null)]
    [InlineData("h:65536", null)]
    [InlineData("h:", null)]
    [InlineData(":1", null)]
    [InlineData("", null)]
    [InlineData("h:1:2", null)]
    [InlineData("http://h", null)]
    [InlineData("[::1", null)]
    [InlineData("[::1]1", null)]
    public void Endpoints_are_a_host_and_perhaps_a_port(string text, string? endpoint) =>
        Assert.Equal(endpoint, Endpoint.TryParse(text, 9240, out var parsed) ? parsed.ToString() : null);

    [Fact]
    public void An_endpoint_is_read_back_as_it_was_written() =>
        Gen.Select(Gen.Int[0, Hosts.Length - 1], Gen.Int[1, 65535]).Sample((host, port) =>
            Endpoint.TryParse(new Endpoint(Hosts[host], port).ToString(), 1, out var parsed) && parsed == new Endpoint(Hosts[host], port));

    [Fact]
    public void No_text_makes_a_parser_throw() =>
        Gen.String.Sample(text =>
        {
            _ = Endpoint.TryParse(text, 1, out _);
            _ = Formats.Size("0B", "1TiB").Parse(text);
            _ = Formats.Duration("0s", "1h").Parse(text);
            _ = Formats.AbsolutePath.Parse(text);
            _ = Formats.Subdomain.Parse(text);
            _ = Formats.Host.Parse(text);
        });
}
