namespace Handcarry.Lab.Site;

/// <summary>Something that keeps the lab from doing what it was asked; the message is a sentence for the person who asked.</summary>
internal sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
