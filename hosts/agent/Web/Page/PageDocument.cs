namespace Handcarry.Agent.Web.Page;

/// <summary>The page as a browser first gets it: complete, so that it says all there is without its script.</summary>
internal static class PageDocument
{
    /// <summary>Differs between builds whose pages differ; a page of another build loads itself anew.</summary>
    public static string Build { get; } = $"{PageFile.Style.Hash}-{PageFile.Script.Hash}";

    /// <summary>The document, around sections of <see cref="PageSections"/>.</summary>
    public static string Of(string agent, IReadOnlyDictionary<string, Html> sections) => new Html()
        .Add($"""
            <!doctype html>
            <html lang="en" data-build="{Build}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Handcarry</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{PageFile.Style.Path}">
            <script src="{PageFile.Script.Path}" defer></script>
            </head>
            <body>
            <a class="skip" href="#nodes-title">Skip to the nodes</a>
            <header>
            <h1>Handcarry</h1>
            <p>Agent on <bdi>{agent}</bdi>; every other agent shows the same. <span id="live">Reload the page to see what is new.</span></p>
            </header>
            <main>
            <div id="lost" role="alert"></div>
            <div id="notice" role="alert">{sections["notice"]}</div>
            <p id="line">{sections["line"]}</p>
            <p id="said" class="unseen" role="status"></p>
            <section aria-labelledby="glance-title"><h2 id="glance-title">At a glance</h2><div id="glance">{sections["glance"]}</div></section>
            <section aria-labelledby="chain-title"><h2 id="chain-title">Chain</h2><div id="chain" class="scrolls" role="group" aria-labelledby="chain-title" tabindex="0">{sections["chain"]}</div></section>
            <section aria-labelledby="nodes-title"><h2 id="nodes-title" tabindex="-1">Nodes</h2><div id="nodes" class="scrolls" role="group" aria-labelledby="nodes-title" tabindex="0">{sections["nodes"]}</div></section>
            <section aria-labelledby="media-title"><h2 id="media-title">Media</h2><div id="media">{sections["media"]}</div></section>
            <section aria-labelledby="events-title"><h2 id="events-title">Events</h2><p class="hint">What this agent has noticed since it was started, newest first.</p><div id="events">{sections["events"]}</div></section>
            </main>
            </body>
            </html>

            """)
        .ToString();
}
