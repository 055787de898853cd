using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>
/// An expression of the Common Expression Language as CRDs use it for validation: the operators, has(), size(), matches() and its
/// like, the macros over lists and maps, and what OpenShift's CRDs use beyond that. Anything else is refused when the CRD is read.
/// </summary>
internal sealed class CelExpression
{
    private readonly CelNode _root;

    private CelExpression(CelNode root, bool usesOldSelf, int since)
    {
        _root = root;
        UsesOldSelf = usesOldSelf;
        Since = since;
    }

    /// <summary>A transition rule: checked only when there is an old value.</summary>
    public bool UsesOldSelf { get; }

    /// <summary>The first minor version of Kubernetes 1 that understands it.</summary>
    public int Since { get; }

    /// <summary>Throws <see cref="FormatException"/> for what is not understood.</summary>
    public static CelExpression Parse(string text)
    {
        var tokens = CelLexer.Split(text);
        var parser = new CelParser(tokens, text);
        var root = parser.ParseAll();
        return new CelExpression(root, tokens.Exists(token => token.Kind == CelTokenKind.Word && token.Text == "oldSelf"), parser.Since);
    }

    /// <summary>The rule's verdict. Throws <see cref="CelException"/> when it cannot be worked out, such as for an absent field.</summary>
    public bool Holds(JsonNode? self, JsonNode? oldSelf)
    {
        var scope = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["self"] = CelNode.FromJson(self),
            ["oldSelf"] = CelNode.FromJson(oldSelf),
        };
        return _root.Evaluate(scope) is bool verdict ? verdict : throw new CelException("the expression is not a truth value");
    }
}
