using System.Text.Encodings.Web;
using System.Text.Json;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>One JSON object per fact and line, for scripts.</summary>
internal sealed class JsonReporter(TextWriter output) : IReporter
{
    // Readable in a terminal too; the output is no HTML.
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Tell(Fact fact) => Write(fact, []);

    public void Tell(Proof proof) => Write(proof.Fact, [("holds", proof.Holds), ("command", proof.Command)]);

    public Task ShowAsync(Func<Action<SiteView>, Task> work)
    {
        var last = SiteView.None;
        return work(view =>
        {
            foreach (var fact in ProgressFacts.Between(last, view))
                Tell(fact);
            last = view;
        });
    }

    private void Write(Fact fact, (string Name, object? Value)[] more)
    {
        var members = new Dictionary<string, object?> { ["fact"] = fact.Name };
        foreach (var (name, value) in fact.Values.Concat(more))
            members[name] = value;
        members["text"] = fact.Text.Trim();
        output.WriteLine(JsonSerializer.Serialize(members, Written));
        output.Flush();
    }
}
