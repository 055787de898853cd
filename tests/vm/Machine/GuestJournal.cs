using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Handcarry.Vm.Machine;

/// <summary>Follows what the agent's service and the kernel of the machine write to the journal.</summary>
internal sealed class GuestJournal : IAsyncDisposable
{
    private const string Follow = "journalctl --follow --lines=0 --output=json _SYSTEMD_UNIT=handcarry-agent.service + UNIT=handcarry-agent.service + _TRANSPORT=kernel";

    private readonly Process _process;
    private readonly string _copy;
    private readonly Task _reading;

    private GuestJournal(Process process, string copy)
    {
        (_process, _copy) = (process, copy);
        _reading = ReadAsync();
    }

    public Happenings<JournalEntry> Entries { get; } = new();

    /// <summary>Begins, and writes everything to the file <paramref name="copy"/> too.</summary>
    public static GuestJournal Begin(GuestShell shell, string copy) => new(shell.Start(Follow), copy);

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            await _reading;
        }
    }

    private async Task ReadAsync()
    {
        Exception cause = new MachineException("the journal has ended.");
        try
        {
            await using var copy = new StreamWriter(_copy) { AutoFlush = true };
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                var entry = Entry(JsonNode.Parse(line)!);
                await copy.WriteLineAsync($"{entry.At.TotalSeconds,9:F3} {(entry.FromKernel ? "kernel" : "agent ")} {entry.Text}");
                Entries.Add(entry);
            }
        }
        catch (Exception e)
        {
            cause = e;
        }

        Entries.End(cause);
    }

    // A message that is not text is given as an array of its bytes (systemd, "Journal JSON format").
    private static JournalEntry Entry(JsonNode line) => new(
        TimeSpan.FromMicroseconds(long.Parse((string)line["__MONOTONIC_TIMESTAMP"]!, CultureInfo.InvariantCulture)),
        (string?)line["_TRANSPORT"] == "kernel",
        line["MESSAGE"] switch
        {
            JsonValue text => (string?)text ?? "",
            JsonArray bytes => System.Text.Encoding.UTF8.GetString([.. bytes.Select(static value => (byte)(int)value!)]),
            _ => "",
        });
}
