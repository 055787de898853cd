using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Bench.Carry;

/// <summary>A node of the simulation: its machine, and how far its bytes are.</summary>
internal sealed class SimulatedNode(int number, double link)
{
    private SimulatedNode? _from;

    public string Name { get; } = $"n{number:000}";

    public double Link { get; } = link;

    /// <summary>Of the machine; made anew when the agent starts.</summary>
    public NodeState State { get; set; } = NodeState.Initial;

    public bool Alive { get; set; }

    public long Incarnation { get; set; }

    /// <summary>Chunks that are verified here, from the first on.</summary>
    public int Chunks { get; set; }

    /// <summary>When each blob began to grow here and could be offered.</summary>
    public Dictionary<int, double> Offered { get; } = [];

    /// <summary>From whom it draws; null when from nobody.</summary>
    public SimulatedNode? From
    {
        get => _from;
        set
        {
            _from?.Successors.Remove(this);
            _from = value;
            _from?.Successors.Add(this);
        }
    }

    /// <summary>Who draws from it.</summary>
    public List<SimulatedNode> Successors { get; } = [];

    public bool ReadsMedium { get; set; }

    /// <summary>Whether a chunk is on its way to it.</summary>
    public bool Busy { get; set; }

    /// <summary>Grows whenever what is on its way does not count any more.</summary>
    public int Turn { get; set; }

    /// <summary>To how many it is sending a chunk now.</summary>
    public int Sending { get; set; }

    /// <summary>Bytes it has drawn.</summary>
    public long Drawn { get; set; }

    /// <summary>Bytes of chunks that came to it, and how long they took on their way.</summary>
    public (long Bytes, TimeSpan Time) Flow { get; set; }

    public LinkMeter Meter { get; } = new();

    public LinkReport? Speed { get; set; }

    public double DoneAt { get; set; } = double.NaN;

    public MediumReport? Medium { get; set; }

    public Peer Self => new(Name, $"akka.ssl.tcp://handcarry@{Name}:9240", $"https://{Name}:9241/", Incarnation);
}
