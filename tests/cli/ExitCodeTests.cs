using System.Globalization;
using System.Reflection;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests;

public sealed class ExitCodeTests
{
    private static readonly Dictionary<string, int> Codes = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.FieldType == typeof(int)).ToDictionary(static field => field.Name, static field => (int)field.GetRawConstantValue()!);

    [Theory]
    [InlineData(Reasons.InvalidAuthFile, ExitCode.Usage)]
    [InlineData(Reasons.RegistryUnknown, ExitCode.Registry)]
    [InlineData(Reasons.NotByDigest, ExitCode.Registry)]
    [InlineData(Reasons.RegistryUnreachable, ExitCode.Unreachable)]
    [InlineData(Reasons.SignatureStoreFailed, ExitCode.Unreachable)]
    [InlineData(Reasons.NoSpace, ExitCode.Disk)]
    [InlineData(Reasons.SignatureKeyExpired, ExitCode.Signature)]
    [InlineData(Reasons.WrongPassphrase, ExitCode.Signature)]
    [InlineData(Reasons.SignedOnDevice, ExitCode.Device)]
    [InlineData(Reasons.OutputExists, ExitCode.InTheWay)]
    [InlineData(Reasons.SealingNotPossible, ExitCode.Sealing)]
    [InlineData(Reasons.ToolMissing, ExitCode.Sealing)]
    [InlineData(Reasons.DigestMismatch, ExitCode.Invalid)]
    public void A_reason_has_the_status_that_the_help_explains(string reason, int status) => Assert.Equal(status, ExitCode.Of(reason));

    [Fact]
    public void Each_status_has_a_number_of_its_own_and_a_line_in_the_help()
    {
        Assert.Equal(Codes.Count, Codes.Values.Distinct().Count());
        var listed = ExitCode.Help.Split('\n').Skip(1).Select(static line => int.Parse(line.Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        Assert.Equal(Codes.Values.Order(), listed.Order());
    }
}
