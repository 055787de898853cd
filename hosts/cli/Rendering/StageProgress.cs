namespace Handcarry.Cli.Rendering;

/// <summary>
/// Keeps count of the stages and has a board show them: on a terminal lines that redraw themselves, else plain lines now and then, with
/// <c>-o json</c> an object per line. Always on standard error, so that standard output holds the result and nothing else.
/// </summary>
internal sealed class StageProgress : IStages, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Stage> _open = [];
    private readonly IStageBoard _board;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public StageProgress(IStageBoard board, TimeProvider clock)
    {
        _board = board;
        _clock = clock;
        _timer = clock.CreateTimer(_ => Tick(), null, board.Every, board.Every);
    }

    /// <summary>The form that suits who looks at standard error.</summary>
    public static StageProgress On(Surroundings surroundings, bool json)
    {
        var terminal = Terminal.On(surroundings.Error);
        return new StageProgress(
            json ? new StageJson(surroundings.Error)
            : surroundings.IsErrorTerminal && terminal.Profile.Capabilities.Ansi ? new LiveStages(terminal)
            : new StageLines(surroundings.Error),
            surroundings.Clock);
    }

    public IStage Begin(string name, long? totalBytes)
    {
        lock (_lock)
        {
            var stage = new Stage(this, name, totalBytes, _clock.GetTimestamp());
            _open.Add(stage);
            Show();
            return stage;
        }
    }

    public void Note(string sentence)
    {
        lock (_lock)
        {
            _board.Note(sentence);
            Show();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Stage[] left;
        lock (_lock)
            left = [.. _open];
        foreach (var stage in left)
            stage.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            foreach (var stage in _open)
                stage.Sample(_clock);
            Show();
        }
    }

    private void Show()
    {
        if (_open.Count > 0)
            _board.Show([.. _open.Select(stage => stage.View(_clock, StageState.Running))]);
    }

    private void End(Stage stage, StageState state)
    {
        lock (_lock)
        {
            if (!_open.Remove(stage))
                return;
            _board.End(stage.View(_clock, state));
            Show();
        }
    }

    private sealed class Stage(StageProgress owner, string name, long? total, long began) : IStage
    {
        private readonly StageSpeed _speed = new();
        private TimeSpan _sampled;
        private long _bytes;

        public void Report(long value) => Interlocked.Add(ref _bytes, value);

        public void Complete() => owner.End(this, StageState.Done);

        public void Dispose() => owner.End(this, StageState.Stopped);

        public void Sample(TimeProvider clock)
        {
            var elapsed = clock.GetElapsedTime(began);
            _speed.Sample(Interlocked.Read(ref _bytes), elapsed - _sampled);
            _sampled = elapsed;
        }

        public StageView View(TimeProvider clock, StageState state)
        {
            var bytes = Interlocked.Read(ref _bytes);
            var elapsed = clock.GetElapsedTime(began);
            var mean = elapsed > TimeSpan.Zero ? bytes / elapsed.TotalSeconds : (double?)null;
            return new StageView(name, state, bytes, total, state == StageState.Running ? _speed.BytesPerSecond : mean, elapsed);
        }
    }
}
