namespace Handcarry.Lab.Api.Resources;

/// <summary>One of a CRD's additionalPrinterColumns.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer, boolean or date.</param>
/// <param name="Path">Simple JSONPath.</param>
/// <param name="Priority">0 is always shown, more only in wide output.</param>
internal sealed record PrinterColumn(string Name, string Type, string Path, int Priority);
