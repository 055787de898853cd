using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Hosting;

/// <summary>The configuration of Akka that nobody should have to change, with the reason for each entry.</summary>
internal static class Hocon
{
    private static readonly string Refusing = Named(typeof(RefusingSerializer));

    /// <summary>
    /// What a peer, even one with a certificate, cannot make a process do: have a type loaded that it names, an actor deployed, an
    /// actor stopped. Applies to agents and clients.
    /// </summary>
    public static string Hardening { get; } = $$"""
        akka.actor {
          # Only what is registered leaves the process; without this the default serializer would take everything else.
          serialization-settings.allow-unregistered-types = off
          # Serializers that build or load types named by the sender cannot be reached.
          serializers.json = {{Quote(Refusing)}}
          serializers.daemon-create = {{Quote(Refusing)}}
          serializers.proto = {{Quote(Refusing)}}
          serializers.reliable-delivery = {{Quote(Refusing)}}
          serializers.akka-stream-ref = {{Quote(Refusing)}}
          # Kill and the like are not dropped by untrusted mode.
          serializers.akka-misc = {{Quote(Named(typeof(ClosedMiscSerializer)))}}
        }
        # Otherwise ClusterClient.Send travels in the default serializer.
        akka.cluster.client.use-legacy-serialization = off
        """;

    /// <summary>Threads and buffers: control messages are few and small.</summary>
    public static string Footprint => """
        akka.remote.dot-netty.tcp {
          # Pooled buffers come in arenas of 16 MiB; control messages need none of that.
          enable-pooling = false
          server-socket-worker-pool { pool-size-min = 1, pool-size-max = 1 }
          client-socket-worker-pool { pool-size-min = 1, pool-size-max = 1 }
        }
        """;

    /// <summary>How members are found, judged and lost.</summary>
    public static string Membership(bool endProcess, TimeSpan stableAfter) => $$"""
        akka {
          # Until the loggers run and after they stop, Akka writes to standard output.
          stdout-loglevel = WARNING
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          # A node that was downed must start anew to join again: the service manager does that.
          coordinated-shutdown.exit-clr = {{OnOff(endProcess)}}
          # A node that comes back with the same address within seconds is Up after 7 s instead of 14 s (with retry-unsuccessful-join-after).
          remote.retry-gate-closed-for = 1s
          cluster {
            retry-unsuccessful-join-after = 2s
            # How often contacts are asked again while none is a member yet.
            seed-node-timeout = 2s
            # A node whose processor is taken for 6 s by something else (a reboot's start, unpacking) is not unreachable.
            failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 10s, threshold = 12 }
            # How long a singleton waits on top of that before it starts elsewhere. The supervisor's lease keeps two from acting, so there is nothing to wait for;
            # with 0 it would be stable-after again.
            down-removal-margin = 1s
            split-brain-resolver {
              active-strategy = keep-majority
              stable-after = {{(long)stableAfter.TotalMilliseconds}}ms
              # On, it downs every node when links flap for longer than stable-after.
              down-all-when-unstable = off
            }
          }
        }
        """;

    /// <summary>Messages from outside reach actors only by reference, or by these paths; none may be harmful (stop, kill).</summary>
    public static string TrustedSelections(IEnumerable<string> paths) => $$"""
        akka.remote {
          untrusted-mode = on
          trusted-selection-paths = [
            "/system/cluster/core/daemon"
            "/system/cluster/heartbeatReceiver"
            "/system/distributedPubSubMediator"
            {{Quote(SystemNames.ReceptionistPath)}}
            {{string.Join("\n    ", paths.Select(Quote))}}
          ]
        }
        """;

    /// <summary>Akka.Persistence.Sql. A node's journal is short, so nothing takes snapshots of it and no store for them is started.</summary>
    public static string Journal(string provider, string connectionString) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              connection-string = {{Quote(connectionString)}}
              provider-name = {{Quote(provider)}}
              auto-initialize = on
              tag-write-mode = TagTable
              # An actor whose recovery or write fails stops for good. On a node that is booting, or whose disk is being filled with a
              # release, the first start of the journal was seen to take longer than the defaults (30 s and 10 s).
              recovery-event-timeout = 180s
              circuit-breaker.call-timeout = 120s
            }
          }
          query.journal.sql { connection-string = {{Quote(connectionString)}}, provider-name = {{Quote(provider)}} }
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        """;

    /// <summary>A client that lives for one command.</summary>
    public static string Client(string host) => $$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          loggers = []
          actor.provider = remote
          # The process says itself when and how it ends.
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
          remote.dot-netty.tcp { hostname = {{Quote(host)}}, port = 0, enable-ssl = true }
          remote.untrusted-mode = on
          # Contacts are asked again this often until one answers.
          cluster.client.establishing-get-contacts-interval = 1s
        }
        """;

    /// <summary>Akka's level for a level of the log.</summary>
    public static Akka.Event.LogLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Akka.Event.LogLevel.DebugLevel,
        LogLevel.Information => Akka.Event.LogLevel.InfoLevel,
        LogLevel.Warning => Akka.Event.LogLevel.WarningLevel,
        _ => Akka.Event.LogLevel.ErrorLevel,
    };

    private static string Named(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    // A quoted string of HOCON is one of JSON.
    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static string OnOff(bool value) => value ? "on" : "off";
}
