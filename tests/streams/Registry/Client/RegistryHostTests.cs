using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class RegistryHostTests
{
    [Theory]
    [InlineData("docker.io", "https://registry-1.docker.io/v2/")]
    [InlineData("quay.io", "https://quay.io/v2/")]
    [InlineData("[fd00::1]:5000", "https://[fd00::1]:5000/v2/")]
    public void The_hub_of_docker_is_found_where_it_is_and_others_under_their_names(string name, string address)
    {
        using var host = new RegistryHost(name, insecure: false, connections: 1, TimeProvider.System);
        Assert.Equal(new Uri(address), host.Address("https", "/v2/"));
        Assert.True(host.Is(new Uri(address)));
        Assert.False(host.Is(new Uri("https://quay.io:444/")));
    }

    [Fact]
    public void A_host_is_left_alone_for_the_longest_time_it_wanted()
    {
        var time = new JumpingTime();
        using var host = new RegistryHost("quay.io", insecure: false, connections: 1, time);
        Assert.Equal(TimeSpan.Zero, host.Wait);
        host.LeaveAlone(TimeSpan.FromSeconds(60));
        host.LeaveAlone(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), host.Wait);
        host.LeaveAlone(TimeSpan.MaxValue);
        Assert.True(host.Wait > TimeSpan.FromDays(365));
    }
}
