using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Site;

public sealed class ToolTests
{
    [Fact]
    public void A_command_is_written_as_a_shell_understands_it() =>
        Assert.Equal("podman run 'a b' 'it'\\''s' quay.io/x@sha256:0 ''", Tool.Command("podman", ["run", "a b", "it's", "quay.io/x@sha256:0", ""]));

    [Fact]
    public async Task A_failure_names_the_command_its_exit_code_and_its_words()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Tool.RunAsync("sh", ["-c", "echo no room >&2; exit 7"], CancellationToken.None));

        Assert.Equal("`sh -c 'echo no room >&2; exit 7'` ended with 7: no room", error.Message);
    }

    [Fact]
    public async Task A_program_that_is_missing_is_said_to_be() =>
        Assert.StartsWith("no-such-program could not be started", (await Assert.ThrowsAsync<LabException>(() => Tool.RunAsync("no-such-program", [], CancellationToken.None))).Message, StringComparison.Ordinal);
}
