namespace Handcarry.Lab.Api.Schemas.Cel;

internal enum CelTokenKind
{
    Word,
    Text,
    Number,
    Sign,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">The word, the text without quotes, the digits or the sign.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text);
