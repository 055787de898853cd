using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Pressure;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>Who tells this agent how hard the rest of its node has it, as configured.</summary>
internal static partial class AgentPressure
{
    public static YieldLimits Limits(LimitOptions limits) => new()
    {
        Io = limits.YieldAtIo,
        Cpu = limits.YieldAtCpu,
        Memory = limits.YieldAtMemory,
        EtcdFsync = limits.YieldAtEtcdFsync,
        Floor = limits.YieldFloor,
    };

    public static EtcdMetrics? OpenEtcd(LimitOptions limits, ILoggerFactory loggers) =>
        limits.EtcdMetrics.Length == 0 ? null : new EtcdMetrics(new Uri(limits.EtcdMetrics), Absent(loggers));

    public static PsiPressure? Open(LimitOptions limits, EtcdMetrics? etcd, ILoggerFactory loggers) =>
        limits.PressureFolder == LimitOptions.Off ? null : new PsiPressure(limits.PressureFolder, PsiPressure.OwnFolder, etcd, Absent(loggers));

    private static Action<string> Absent(ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger(nameof(AgentPressure));
        return sentence => Absent(log, sentence);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    private static partial void Absent(ILogger log, string sentence);
}
