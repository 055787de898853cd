using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handcarry.Cli.Rendering;

/// <summary>
/// An object per line for programs: of each stage one a second and one at its end,
/// <c>{"stage","state","bytes","total","bytesPerSecond","secondsLeft"}</c> with null for what is not known; of a note <c>{"note"}</c>.
/// </summary>
internal sealed partial class StageJson(TextWriter output) : IStageBoard
{
    private readonly Dictionary<string, TimeSpan> _told = new(StringComparer.Ordinal);

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(1);

    public void Show(IReadOnlyList<StageView> open)
    {
        foreach (var stage in open.Where(stage => stage.Elapsed - _told.GetValueOrDefault(stage.Name) >= Every))
        {
            _told[stage.Name] = stage.Elapsed;
            Write(stage);
        }
    }

    public void End(StageView stage)
    {
        _told.Remove(stage.Name);
        Write(stage);
    }

    public void Note(string sentence) => output.WriteLine(JsonSerializer.Serialize(new NoteLine(sentence), Json.Default.NoteLine));

    private void Write(StageView stage) => output.WriteLine(JsonSerializer.Serialize(
        new StageLine(stage.Name, stage.State, stage.Bytes, stage.Total, (long?)stage.BytesPerSecond, stage.SecondsLeft),
        Json.Default.StageLine));

    internal sealed record StageLine(string Stage, StageState State, long Bytes, long? Total, long? BytesPerSecond, long? SecondsLeft);

    internal sealed record NoteLine(string Note);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(StageLine))]
    [JsonSerializable(typeof(NoteLine))]
    internal sealed partial class Json : JsonSerializerContext;
}
