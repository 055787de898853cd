namespace Handcarry.ClusterConfig.Tests.Hosting;

/// <summary>Stands for any type whose mere construction does something.</summary>
public sealed class Gadget
{
    private string _command = "";

    public static int Built { get; set; }

    public string Command
    {
        get => _command;
        set
        {
            _command = value;
            Built++;
        }
    }
}
