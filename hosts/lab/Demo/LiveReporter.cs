using Handcarry.Lab.Site;
using Spectre.Console;

namespace Handcarry.Lab.Demo;

/// <summary>A live table for a terminal.</summary>
internal sealed class LiveReporter(IAnsiConsole console) : IReporter
{
    private const int BarWidth = 24;

    public void Tell(Fact fact) => console.MarkupLine($"[grey]•[/] {Markup.Escape(fact.Text)}");

    public void Tell(Proof proof)
    {
        console.MarkupLine($"{(proof.Holds ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(proof.Fact.Text)}");

        // Past the console's own folding of long lines, which would end up in whatever is copied from here.
        console.Profile.Out.Writer.WriteLine($"    {proof.Command}");
    }

    public Task ShowAsync(Func<Action<SiteView>, Task> work) =>
        console.Live(Table(SiteView.None)).StartAsync(live => work(view => live.UpdateTarget(Table(view))));

    private static Table Table(SiteView view)
    {
        var upgrade = view.Upgrade;
        var table = new Table()
            .RoundedBorder()
            .Title($"[bold]{Markup.Escape(upgrade.Phase.Length > 0 ? upgrade.Phase : "waiting")}[/] {Markup.Escape(upgrade.Message)}")
            .Caption(Markup.Escape(view.Version.Progressing))
            .AddColumns("node", "stage", "bytes held", "images loaded");
        foreach (var node in upgrade.Nodes)
        {
            table.AddRow(
                new Text(node.Name), new Text(node.Stage), new Text($"{Bar(node.BytesHeld, upgrade.Size)} {Sizes.Mega(node.BytesHeld)}"),
                new Text($"{Bar(node.ImagesLoaded, upgrade.Images)} {node.ImagesLoaded} of {upgrade.Images}"));
        }

        return table;
    }

    private static string Bar(long done, long all)
    {
        var full = all <= 0 ? 0 : (int)Math.Clamp(done * BarWidth / all, 0, BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }
}
