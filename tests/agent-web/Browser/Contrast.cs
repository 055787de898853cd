namespace Handcarry.Agent.Web.Tests.Browser;

/// <summary>Contrast as the Web Content Accessibility Guidelines 2.1 measure it ("relative luminance", "contrast ratio"); AA wants 4.5 of text.</summary>
internal static class Contrast
{
    /// <summary>Expression for a page's script: the least ratio of any text on the page to what it stands on, 1 to 21.</summary>
    public const string LeastOnPage =
        """
        (() => {
          const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
          const light = (colour) => {
            const [r, g, b] = parts(colour).map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = (element) => {
            for (let e = element; e; e = e.parentElement) {
              const colour = getComputedStyle(e).backgroundColor;
              if (parts(colour)[3] !== 0) return colour;
            }
            return 'rgb(255, 255, 255)';
          };
          let least = 21;
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            if (!texts.currentNode.textContent.trim() || element.closest('.unseen, title')) continue;
            const style = getComputedStyle(element);
            const [one, other] = [light(element.closest('svg') ? style.fill : style.color), light(ground(element))].sort((a, b) => b - a);
            least = Math.min(least, (one + 0.05) / (other + 0.05));
          }
          return least;
        })()
        """;
}
