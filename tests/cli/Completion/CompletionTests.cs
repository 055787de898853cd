using System.Diagnostics;
using Handcarry.Cli.Commands;
using Handcarry.Cli.Completion;

namespace Handcarry.Cli.Tests.Completion;

/// <summary>The scripts in real shells, which ask the real command.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CompletionTests()
    {
        // The command is built beside the tests.
        foreach (var name in (string[])["handcarry", "oc-handcarry"])
            File.CreateSymbolicLink(_folder[name], Path.Combine(AppContext.BaseDirectory, "handcarry"));
        File.WriteAllText(_folder["script.bash"], CompletionScript.Bash);
        File.WriteAllText(_folder["script.zsh"], CompletionScript.Zsh);
        File.WriteAllText(_folder["script.fish"], CompletionScript.Fish);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_gets_its_script(string shell)
    {
        using var output = new StringWriter();
        var surroundings = new Surroundings(output, TextWriter.Null, false, new Dictionary<string, string>(), TimeProvider.System);
        Assert.Equal(0, await new CommandLine(surroundings).RunAsync(["completion", shell], default));
        Assert.Contains("[suggest:", output.ToString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("handcarry sta", "status")]
    [InlineData("handcarry w", "watch write")]
    [InlineData("oc-handcarry wri", "write")]
    [InlineData("oc handcarry wri", "write")]
    [InlineData("handcarry status -o ", "json table yaml")]
    [InlineData("handcarry status -o j", "json")]
    [InlineData("handcarry write --e", "--even-if-fixed")]
    [InlineData("handcarry completion z", "zsh")]
    [InlineData("handcarry write upg", "")]
    [InlineData("handcarry status --ca ", "")]
    [InlineData("oc get po", "pods")]
    public async Task Bash_completes_words_and_leaves_files_to_itself(string line, string expected) =>
        Assert.Equal(expected, await BashAsync(line));

    [SkippableFact]
    public async Task Bash_falls_back_to_files() => Assert.Contains(
        "-o default",
        await ShellAsync("bash", $". '{_folder["script.bash"]}'; complete -p handcarry"),
        StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData("handcarry sta", "status")]
    [InlineData("oc handcarry wri", "write")]
    [InlineData("handcarry write --e", "--even-if-fixed")]
    [InlineData("handcarry status -o j", "json")]
    public async Task Fish_completes_words(string line, string expected) => Assert.Equal(
        expected,
        await ShellAsync("fish", $"source '{_folder["script.fish"]}'; complete -C '{line}' | string replace -r '\\t.*' ''"));

    [SkippableFact]
    public async Task Fish_falls_back_to_files()
    {
        await File.WriteAllTextAsync(_folder["upgrade-1.tar"], "");
        Assert.Equal("upgrade-1.tar", await ShellAsync("fish", $"cd '{_folder.Path}'; source '{_folder["script.fish"]}'; complete -C 'handcarry write upg'"));
    }

    [SkippableTheory]
    [InlineData("handcarry sta", "status")]
    [InlineData("handcarry write --e", "--even-if-fixed")]
    [InlineData("handcarry status -o j", "json")]
    [InlineData("handcarry write upg", "files")]
    public async Task Zsh_completes_words_and_falls_back_to_files(string line, string expected)
    {
        // compadd works only in the line editor; the function is given what the editor would.
        var script = $$"""
            compdef() { : }
            compadd() { print -l -- ${(P)@[-1]} }
            _files() { print files }
            source '{{_folder["script.zsh"]}}'
            words=(${(s: :):-'{{line}}'}); CURRENT=${#words}
            _handcarry
            """;
        Assert.Equal(expected, await ShellAsync("zsh", script));
    }

    // What readline does: sets the variables, calls the function that `complete` names, takes COMPREPLY.
    private Task<string> BashAsync(string line) => ShellAsync("bash", $$"""
        _before() { COMPREPLY=(pods); }
        complete -F _before oc
        . '{{_folder["script.bash"]}}'
        . '{{_folder["script.bash"]}}'
        COMP_LINE='{{line}}'
        COMP_POINT=${#COMP_LINE}
        read -ra COMP_WORDS <<<"$COMP_LINE"
        [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        [[ $(complete -p "${COMP_WORDS[0]}") =~ -F\ ([^ ]+) ]]
        "${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        echo "${COMPREPLY[*]}"
        """);

    private async Task<string> ShellAsync(string shell, string script)
    {
        Skip.IfNot(File.Exists($"/usr/bin/{shell}") || File.Exists($"/bin/{shell}"), $"{shell} is not installed");
        string[] options = shell == "bash" ? ["--norc", "-c"] : shell == "zsh" ? ["-f", "-c"] : ["--no-config", "-c"];
        var start = new ProcessStartInfo(shell, [.. options, script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return output.Trim();
    }
}
