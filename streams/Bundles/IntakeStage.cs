using System.Diagnostics.CodeAnalysis;
using Akka.Streams;
using Akka.Streams.Stage;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Runs the loop of <see cref="BlobIntake"/> step by step, one step per demand, and stops it when the stream stops.</summary>
internal sealed class IntakeStage(BundleReader reader, BlobStore store, IntakeOptions options) : GraphStage<SourceShape<IntakeResult>>
{
    private readonly Outlet<IntakeResult> _out = new("BundleIntake.out");

    public override SourceShape<IntakeResult> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Akka.Streams.Attributes inheritedAttributes) =>
        new Logic(this, new BlobIntake(reader, store, options));

    [SuppressMessage("Design", "CA1001", Justification = "A stage ends with PostStop, which disposes what it owns.")]
    private sealed class Logic : OutGraphStageLogic
    {
        private readonly IntakeStage _stage;
        private readonly CancellationTokenSource _stop = new();
        private readonly IAsyncEnumerator<IntakeResult> _results;
        private readonly Action<Task<bool>> _moved;
        private Task _step = Task.CompletedTask;

        public Logic(IntakeStage stage, BlobIntake intake)
            : base(stage.Shape)
        {
            _stage = stage;
            _results = intake.RunAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
            _moved = GetAsyncCallback<Task<bool>>(Moved);
            SetHandler(stage._out, this);
        }

        public override void OnPull()
        {
            // Off the actor's thread: a step reads, hashes and writes.
            var step = Task.Run(async () => await _results.MoveNextAsync());
            _step = step;
            step.ContinueWith(_moved, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public override void PostStop()
        {
            _stop.Cancel();
            // The step under way ends first; then the loop gives back its buffers.
            _step.ContinueWith(
                async _ =>
                {
                    await _results.DisposeAsync();
                    _stop.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }

        private void Moved(Task<bool> step)
        {
            if (!step.IsCompletedSuccessfully)
                FailStage(step.Exception?.GetBaseException() ?? new OperationCanceledException(_stop.Token));
            else if (step.Result)
                Push(_stage._out, _results.Current);
            else
                CompleteStage();
        }
    }
}
