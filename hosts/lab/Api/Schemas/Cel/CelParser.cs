using System.Globalization;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>
/// Recursive descent over the grammar of the CEL language definition: conditional, or, and, relation, addition, multiplication, unary, member, primary.
/// </summary>
internal sealed class CelParser(List<CelToken> tokens, string source)
{
    private static readonly string[] Relations = ["==", "!=", "<=", ">=", "<", ">"];

    // Optional types came with Kubernetes 1.29.
    private const int OptionalsSince = 29;

    private int _at;

    /// <summary>The first minor version of Kubernetes 1 that understands what has been parsed.</summary>
    public int Since { get; private set; } = 25;

    public CelNode ParseAll()
    {
        var node = Conditional();
        return tokens[_at].Kind == CelTokenKind.End ? node : throw Unexpected();
    }

    private CelNode Conditional()
    {
        var test = Or();
        if (!Accept("?"))
            return test;
        var yes = Or();
        Expect(":");
        return new CelConditional(test, yes, Conditional());
    }

    private CelNode Or()
    {
        var left = And();
        while (Accept("||"))
            left = new CelLogic(left, And(), decides: true);
        return left;
    }

    private CelNode And()
    {
        var left = Relation();
        while (Accept("&&"))
            left = new CelLogic(left, Relation(), decides: false);
        return left;
    }

    private CelNode Relation()
    {
        var left = Addition();
        while (true)
        {
            if (tokens[_at] is { Kind: CelTokenKind.Word, Text: "in" })
            {
                _at++;
                left = new CelBinary("in", left, Addition());
            }
            else if (Array.Find(Relations, Accept) is { } sign)
                left = new CelBinary(sign, left, Addition());
            else
                return left;
        }
    }

    private CelNode Addition()
    {
        var left = Multiplication();
        while (Array.Find(["+", "-"], Accept) is { } sign)
            left = new CelBinary(sign, left, Multiplication());
        return left;
    }

    private CelNode Multiplication()
    {
        var left = Unary();
        while (Array.Find(["*", "/", "%"], Accept) is { } sign)
            left = new CelBinary(sign, left, Unary());
        return left;
    }

    private CelNode Unary()
    {
        if (Accept("!"))
            return new CelNot(Unary());
        return Accept("-") ? new CelBinary("-", new CelLiteral(0L), Unary()) : Member();
    }

    private CelNode Member()
    {
        var node = Primary();
        while (true)
        {
            if (Accept("."))
            {
                if (Accept("?"))
                {
                    Since = Math.Max(Since, OptionalsSince);
                    node = new CelOptionalSelect(node, Word());
                    continue;
                }
                var name = Word();
                node = Accept("(") ? Method(node, name) : new CelSelect(node, name);
            }
            else if (Accept("["))
            {
                node = new CelIndex(node, Conditional());
                Expect("]");
            }
            else
                return node;
        }
    }

    private CelNode Method(CelNode target, string name)
    {
        var arguments = Arguments();
        if (CelQuantifier.Macros.Contains(name))
        {
            return arguments is [CelName variable, var body]
                ? new CelQuantifier(name, target, variable.Word, body)
                : throw new FormatException($"CEL: {name}() wants a variable and a condition in: {source}");
        }
        if (target is CelName { Word: "format" } && arguments.Length == 0)
            return new CelLiteral(CelFormat.Named(name, source));
        return Call(name, [target, .. arguments]);
    }

    private CelCall Call(string name, CelNode[] arguments)
    {
        var call = new CelCall(name, arguments, source);
        Since = Math.Max(Since, call.Since);
        return call;
    }

    private CelNode Primary()
    {
        var token = tokens[_at++];
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                return new CelLiteral(token.Text);
            case CelTokenKind.Number:
                return new CelLiteral(token.Text.Contains('.', StringComparison.Ordinal)
                    ? (object)double.Parse(token.Text, CultureInfo.InvariantCulture)
                    : long.Parse(token.Text, CultureInfo.InvariantCulture));
            case CelTokenKind.Word:
                return Named(token.Text);
            case CelTokenKind.Sign when token.Text == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Sign when token.Text == "[":
                return new CelList(Until("]"));
            default:
                _at--;
                throw Unexpected();
        }
    }

    private CelNode Named(string word)
    {
        switch (word)
        {
            case "true":
                return new CelLiteral(true);
            case "false":
                return new CelLiteral(false);
            case "null":
                return new CelLiteral(null);
        }
        if (!Accept("("))
            return new CelName(word);
        var arguments = Arguments();
        if (word != "has")
            return Call(word, arguments);
        return arguments is [CelSelect select]
            ? new CelHas(select)
            : throw new FormatException($"CEL: has() wants a field in: {source}");
    }

    private CelNode[] Arguments() => Until(")");

    private CelNode[] Until(string close)
    {
        var nodes = new List<CelNode>();
        if (Accept(close))
            return [];
        do
            nodes.Add(Conditional());
        while (Accept(","));
        Expect(close);
        return [.. nodes];
    }

    private string Word() => tokens[_at].Kind == CelTokenKind.Word ? tokens[_at++].Text : throw Unexpected();

    private bool Accept(string sign)
    {
        if (tokens[_at].Kind != CelTokenKind.Sign || tokens[_at].Text != sign)
            return false;
        _at++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!Accept(sign))
            throw Unexpected();
    }

    private FormatException Unexpected() => new($"CEL: \"{tokens[_at].Text}\" was not expected in: {source}");
}
