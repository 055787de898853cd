using CsCheck;
using Handcarry.ClusterConfig.Formation;

namespace Handcarry.ClusterConfig.Tests.Formation;

/// <summary>
/// Many nodes, each with the pure decision, in a small model of the network, the API and death; steps happen in random order. However that
/// is, there is never more than one living cluster, and when everything works at last, every node is in it.
/// </summary>
public sealed class FormationModelTests
{
    [Fact]
    public void There_is_never_a_second_cluster_and_in_the_end_there_is_one() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, int.MaxValue].Array[300]).Sample(
            (nodes, choices) =>
            {
                var site = new Site(nodes);
                foreach (var choice in choices)
                {
                    site.Step(choice, faults: true);
                    Assert.True(site.Clusters <= 1, $"{site.Clusters} clusters");
                }

                site.Repair();
                for (var step = 0; step < 5_000 && !site.AllMembers; step++)
                {
                    site.Step(choices[step % choices.Length] + step, faults: false);
                    Assert.True(site.Clusters <= 1, $"{site.Clusters} clusters");
                }

                Assert.True(site.AllMembers, "not everyone is in the cluster at last");
            },
            iter: 2_000);

    private sealed class Site
    {
        private readonly Node[] _nodes;
        private bool _record;
        private bool _apiAway;
        private int? _holder;
        private int _clusters;

        public Site(int count) => _nodes = [.. Enumerable.Range(0, count).Select(_ => new Node())];

        public int Clusters => _nodes.Where(node => node.Cluster is not null).Select(node => node.Cluster).Distinct().Count();

        public bool AllMembers => _nodes.All(node => node.State?.Phase == FormationPhase.Member);

        public void Repair() => _apiAway = false;

        public void Step(int choice, bool faults)
        {
            var index = choice % _nodes.Length;
            var node = _nodes[index];
            switch (choice / _nodes.Length % 16)
            {
                case 0 when faults:
                    // kill -9: what it was doing is gone, its lease runs out only later
                    node.Stop();
                    break;
                case 1 when faults:
                    _apiAway = !_apiAway;
                    break;
                case 2 or 3 when node.State is null:
                    node.Begin(_nodes.Length > 1);
                    break;
                case 4 when _holder is { } holder && Leader != holder && _nodes[holder].State?.Phase is null or FormationPhase.Member && !_nodes.Any(other => other.TakesLease):
                    // Nobody renews it, so it runs out; that takes longer than any call that is under way.
                    _holder = null;
                    break;
                case 5 when !_apiAway && Leader is { } leader && _holder is null:
                    _holder = leader;
                    break;
                case 6 or 7 when node.Seeks && node.Cluster is null && _nodes.FirstOrDefault(other => other.Cluster is not null)?.Cluster is { } cluster:
                    node.Join(cluster);
                    break;
                default:
                    if (node.Take(choice / 64) is { } step)
                        Do(index, node, step);
                    break;
            }
        }

        private int? Leader => Array.FindIndex(_nodes, node => node.Cluster is not null) is var first and >= 0 ? first : null;

        private void Do(int index, Node node, FormationStep step)
        {
            switch (step)
            {
                case FormationStep.JoinContacts:
                    node.Seeks = true;
                    break;
                case FormationStep.CreateRecord:
                    var created = !_apiAway && !_record;
                    _record |= created;
                    node.Happened(_apiAway ? FormationEvent.RecordUnavailable : created ? FormationEvent.RecordCreated : FormationEvent.RecordExists);
                    break;
                case FormationStep.TakeLease:
                    if (!_apiAway)
                        _holder ??= index;
                    node.Happened(_apiAway ? FormationEvent.LeaseUnavailable : _holder == index ? FormationEvent.LeaseHeld : FormationEvent.LeaseRefused);
                    break;
                case FormationStep.WaitFoundAfter:
                    node.Happened(FormationEvent.FoundAfterElapsed);
                    break;
                case FormationStep.AskContacts:
                    node.Happened(_nodes.Any(other => other != node && other.Cluster is not null) ? FormationEvent.ContactIsMember : FormationEvent.NoContactIsMember);
                    break;
                case FormationStep.Found:
                    node.Join(++_clusters);
                    break;
            }
        }
    }

    private sealed class Node
    {
        private readonly List<FormationStep> _todo = [];

        public FormationState? State { get; private set; }

        public int? Cluster { get; private set; }

        public bool Seeks { get; set; }

        public bool TakesLease => _todo.Contains(FormationStep.TakeLease);

        public void Begin(bool hasContacts)
        {
            (State, var effects) = FormationDecision.Start(hasContacts);
            _todo.AddRange(effects.Select(effect => effect.Step));
        }

        public void Stop()
        {
            (State, Cluster, Seeks) = (null, null, false);
            _todo.Clear();
        }

        public void Join(int cluster)
        {
            Cluster = cluster;
            Happened(FormationEvent.Joined);
        }

        public void Happened(FormationEvent happened)
        {
            (State, var effects) = FormationDecision.Next(State!, happened);
            _todo.AddRange(effects.Select(effect => effect.Step));
        }

        public FormationStep? Take(int choice)
        {
            if (_todo.Count == 0)
                return null;
            var index = choice % _todo.Count;
            var step = _todo[index];
            _todo.RemoveAt(index);
            return step;
        }
    }
}
