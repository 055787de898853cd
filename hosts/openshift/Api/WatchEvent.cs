using System.Text.Json;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>One line of a watch: ADDED, MODIFIED, DELETED or BOOKMARK, and the object (of a bookmark, only its resourceVersion).</summary>
internal readonly record struct WatchEvent(string Type, JsonElement Object);
