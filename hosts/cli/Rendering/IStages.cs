namespace Handcarry.Cli.Rendering;

/// <summary>Where a command that takes its time tells how far it is. Safe to call from any thread.</summary>
internal interface IStages
{
    /// <summary>Begins a stage; several may be open at once.</summary>
    /// <param name="name">What is being done, such as <c>Reading back /dev/sdb</c>.</param>
    /// <param name="totalBytes">Bytes it will take; null when nobody knows.</param>
    IStage Begin(string name, long? totalBytes);

    /// <summary>Tells something once, between the stages.</summary>
    void Note(string sentence);
}
