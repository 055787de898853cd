using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Handcarry.Agent.Web.Page;

/// <summary>
/// HTML in the making. What is written literally in an interpolated string is markup, and what stands in its holes is text: it is encoded, without exception, for
/// names of nodes and media and sentences about them come from machines and sticks. There is no way to add markup that is not a literal, but another <see cref="Html"/>.
/// </summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup with encoded text in it.</summary>
    public Html Add([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>The markup, without line breaks unless a literal has some.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>What the compiler makes of <c>$"..."</c>.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly StringBuilder _text;

        public Markup(int literalLength, int formattedCount, Html html)
        {
            _text = html._text;
            _text.EnsureCapacity(_text.Length + literalLength + (8 * formattedCount));
        }

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(string? text) => _text.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(Html finished) => _text.Append(finished._text);

        public void AppendFormatted(long number) => _text.Append(number);
    }
}
