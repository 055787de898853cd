using System.Globalization;
using System.Reflection;

namespace Handcarry.Hosts.Node.Tests.Media;

/// <summary>The thirteen traps of udev, systemd and devices that docs/media.md lists.</summary>
public sealed class TrapsTests
{
    [Fact]
    public void Each_trap_has_a_test()
    {
        var tested = typeof(TrapsTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.CustomAttributes)
            .Where(attribute => attribute.AttributeType == typeof(TraitAttribute) && (string?)attribute.ConstructorArguments[0].Value == "Trap")
            .Select(attribute => int.Parse((string)attribute.ConstructorArguments[1].Value!, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, 13), tested.Distinct().Order());
    }
}
