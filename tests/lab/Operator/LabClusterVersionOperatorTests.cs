using System.Text.Json.Nodes;
using Handcarry.Lab.Tests.Api;

namespace Handcarry.Lab.Tests.Operator;

public sealed class LabClusterVersionOperatorTests
{
    private const string New = "4.14.1";

    [SkippableFact]
    public async Task A_signed_release_in_every_storage_is_rolled_out_in_the_order_the_real_operator_shows()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        var seen = new List<JsonObject>();
        using var stop = new CancellationTokenSource();
        var watching = CollectAsync(site, seen, stop.Token);
        await Until.TrueAsync(() => site.Api.Server.OpenWatches == 1, () => "the watch is open");
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Text("status", "history") is var _ && s.History[0]!["state"]!.GetValue<string>() == "Completed" && s.History.Count == 2, "completed");

        Assert.Equal("Done applying 4.14.1", site.Message("Available"));
        Assert.Equal("False", site.Status("Progressing"));
        Assert.Equal("Cluster version is 4.14.1", site.Message("Progressing"));
        Assert.Equal("False", site.Status("Failing"));
        Assert.Equal("PayloadLoaded", site.ReasonOf("ReleaseAccepted"));
        Assert.Equal(site.Text("metadata", "generation"), site.Text("status", "observedGeneration"));
        var head = site.History[0]!;
        Assert.True(head["verified"]!.GetValue<bool>());
        Assert.NotNull(head["completionTime"]);
        Assert.Equal(release, head["image"]!.GetValue<string>());
        Assert.Equal(OperatorSite.OldVersion, site.History[1]!["version"]!.GetValue<string>());
        Assert.Null(site.ClusterVersion["status"]!["availableUpdates"]);
        Assert.True(site.ClusterVersion["status"]!.AsObject().ContainsKey("availableUpdates"));
        Assert.False(site.Operator.ForceSeen);

        await Until.TrueAsync(() => { lock (seen) return seen.Exists(IsDone); }, () => "the watch saw the end");
        await stop.CancelAsync();
        await watching;
        var progress = seen.Select(ProgressOf).Where(m => m.StartsWith("Working towards", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.Equal("Working towards 4.14.1: 0 of 6 done (0% complete)", progress[0].Split(", waiting on ")[0]);
        Assert.Contains(progress, m => m.StartsWith("Working towards 4.14.1: 3 of 6 done (50% complete), waiting on sha256:", StringComparison.Ordinal));
        // Nothing is to be seen of the retrieval: the first sight after the patch is an accepted release.
        Assert.All(seen.Where(s => s["status"]!["observedGeneration"]!.GetValue<long>() == 1), s => Assert.Equal(OperatorSite.OldImage, s["status"]!["desired"]!["image"]!.GetValue<string>()));
    }

    [SkippableFact]
    public async Task An_unsigned_release_is_refused_until_its_signature_comes()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("ReleaseAccepted") == "False", "refused");
        Assert.Equal("RetrievePayload", site.ReasonOf("ReleaseAccepted"));
        Assert.StartsWith($"Retrieving payload failed version=\"4.14.1\" image=\"{release}\" failure=", site.Message("ReleaseAccepted"), StringComparison.Ordinal);
        Assert.Contains($"unable to verify {OperatorSite.DigestOf(release)} against keyrings: verifier-public-key-lab", site.Message("ReleaseAccepted"), StringComparison.Ordinal);
        Assert.Equal("False", site.Status("Failing"));
        Assert.Single(site.History);
        Assert.Equal("1", site.Text("status", "observedGeneration"));

        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.UntilAsync(s => s.History.Count == 2 && s.History[0]!["state"]!.GetValue<string>() == "Completed", "completed");
    }

    [SkippableTheory]
    [InlineData("wrong key")]
    [InlineData("wrong digest")]
    [InlineData("wrong type")]
    [InlineData("unknown member")]
    [InlineData("not signed")]
    [InlineData("no label")]
    public async Task A_signature_that_does_not_vouch_for_the_release_is_refused(string flaw)
    {
        await using var site = await StartAsync();
        using var other = new GpgHome();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        var digest = OperatorSite.DigestOf(release);
        var signature = flaw switch
        {
            "wrong key" => other.SignRelease(digest),
            "wrong digest" => site.Gpg.SignRelease(MemoryStores.DigestOf("another")),
            "wrong type" => site.Gpg.SignRelease(digest, "container signature"),
            "unknown member" => site.Gpg.Sign($$$"""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"{{{digest}}}"},"identity":{"docker-reference":"a"},"more":1}}"""),
            "not signed" => System.Text.Encoding.UTF8.GetBytes("{}"),
            _ => site.Gpg.SignRelease(digest),
        };
        await site.PutSignatureAsync(release, signature, flaw == "no label" ? null : "release.openshift.io/verification-signatures");
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("ReleaseAccepted") == "False", "refused");
        Assert.Equal("RetrievePayload", site.ReasonOf("ReleaseAccepted"));
        Assert.Contains("The update cannot be verified", site.Message("ReleaseAccepted"), StringComparison.Ordinal);
        Assert.Single(site.History);
    }

    [SkippableFact]
    public async Task An_armored_keyring_serves_as_well()
    {
        await using var site = await StartAsync(armored: true);
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.History.Count == 2, "accepted");
        Assert.NotNull(site.Api.Server.Objects.Find("v1", "ConfigMap", "openshift-config-managed", "signatures-managed"));
    }

    [SkippableFact]
    public async Task A_tag_can_never_be_verified()
    {
        await using var site = await StartAsync();
        await site.AskAsync("quay.io/openshift-release-dev/ocp-release:4.14.1-x86_64", New);
        await site.UntilAsync(s => s.Message("ReleaseAccepted").Contains("not accessed via digest", StringComparison.Ordinal), "refused");
    }

    [SkippableFact]
    public async Task An_image_missing_on_one_node_holds_the_update_up_until_it_is_there()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        site.Stores.Unload("n3", images[4]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("Failing") == "True", "failing");
        Assert.Contains($"image {images[4]} is not in the storage of node n3", site.Message("Failing"), StringComparison.Ordinal);
        Assert.Equal($"Unable to apply 4.14.1: image {images[4]} is not in the storage of node n3", site.Message("Progressing"));
        Assert.Equal("True", site.Status("Progressing"));
        Assert.Equal("Partial", site.History[0]!["state"]!.GetValue<string>());
        Assert.Equal("Done applying 4.14.0", site.Message("Available"));
        site.Stores.Load("n3", images[4]);
        await site.UntilAsync(s => s.History[0]!["state"]!.GetValue<string>() == "Completed", "completed");
        Assert.Equal("False", site.Status("Failing"));
    }

    [SkippableFact]
    public async Task The_same_digest_under_another_name_is_another_image()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        site.Stores.Unload("n2", images[0]);
        site.Stores.Load("n2", images[0].Replace("quay.io", "localhost:5000", StringComparison.Ordinal));
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Message("Failing").Contains("node n2", StringComparison.Ordinal), "failing");
    }

    [SkippableFact]
    public async Task A_release_image_that_is_not_on_the_operators_node_ends_in_a_deadline()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.Load("n2", [release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Message("ReleaseAccepted").Contains("DeadlineExceeded", StringComparison.Ordinal), "refused");
        Assert.Equal("RetrievePayload", site.ReasonOf("ReleaseAccepted"));
        site.Stores.LoadEverywhere([release, .. images]);
        await site.UntilAsync(s => s.History.Count == 2 && s.Status("ReleaseAccepted") == "True", "accepted");
    }

    [SkippableFact]
    public async Task A_payload_of_another_version_is_refused()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make("4.14.2");
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("ReleaseAccepted") == "False", "refused");
        Assert.Equal("VerifyPayloadVersion", site.ReasonOf("ReleaseAccepted"));
        Assert.Contains("release image version 4.14.2 does not match the expected upstream version 4.14.1", site.Message("ReleaseAccepted"), StringComparison.Ordinal);
        Assert.Single(site.History);
    }

    [SkippableFact]
    public async Task A_payload_whose_files_disagree_is_not_loaded()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New, referencesName: "4.14.9");
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.ReasonOf("ReleaseAccepted") == "LoadPayload", "refused");
    }

    [SkippableFact]
    public async Task Going_back_to_an_older_version_is_refused()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make("4.13.9");
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, "4.13.9");
        await site.UntilAsync(s => s.ReasonOf("ReleaseAccepted") == "PreconditionChecks", "refused");
    }

    [SkippableFact]
    public async Task Force_passes_over_a_missing_signature_and_is_remembered()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        await site.AskAsync(release, New, force: true);
        await site.UntilAsync(s => s.History.Count == 2, "accepted");
        Assert.True(site.Operator.ForceSeen);
        Assert.False(site.History[0]!["verified"]!.GetValue<bool>());
        Assert.Contains("unable to verify", site.History[0]!["acceptedRisks"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_version_that_is_not_available_is_ignored_and_called_invalid()
    {
        await using var site = await StartAsync();
        (await site.Api.MergeAsync($"{Samples.ClusterVersions}/version", """{"spec":{"desiredUpdate":{"version":"4.15.0"}}}""")).Expect(200);
        await site.UntilAsync(s => s.Status("Invalid") == "True", "invalid");
        (await site.Api.MergeAsync($"{Samples.ClusterVersions}/version", """{"spec":{"desiredUpdate":null}}""")).Expect(200);
        await site.UntilAsync(s => s.Condition("Invalid") is null && s.Text("status", "observedGeneration") == "3", "valid again");
        Assert.Single(site.History);
    }

    [SkippableFact]
    public async Task A_request_withdrawn_before_acceptance_leaves_no_trace_but_the_generation()
    {
        await using var site = await StartAsync();
        var (release, _) = site.Stores.Make(New);
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("ReleaseAccepted") == "False", "refused");
        (await site.Api.MergeAsync($"{Samples.ClusterVersions}/version", """{"spec":{"desiredUpdate":null}}""")).Expect(200);
        await site.UntilAsync(s => s.Status("ReleaseAccepted") == "True" && s.Text("status", "observedGeneration") == "3", "accepted again");
        Assert.Equal(OperatorSite.OldImage, site.Text("status", "desired", "image"));
        Assert.Single(site.History);
    }

    [SkippableFact]
    public async Task An_operator_that_is_restarted_in_the_middle_goes_on()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        site.Stores.Unload("n2", images[2]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        await site.UntilAsync(s => s.Status("Failing") == "True", "failing");
        await site.RestartOperatorAsync();
        site.Stores.Load("n2", images[2]);
        await site.UntilAsync(s => s.History[0]!["state"]!.GetValue<string>() == "Completed", "completed");
        Assert.Equal(2, site.History.Count);
        Assert.True(site.History[0]!["verified"]!.GetValue<bool>());
    }

    [SkippableFact]
    public async Task It_outlives_an_absence_of_the_api()
    {
        await using var site = await StartAsync();
        var (release, images) = site.Stores.Make(New);
        site.Stores.LoadEverywhere([release, .. images]);
        await site.PutSignatureAsync(release, site.Gpg.SignRelease(OperatorSite.DigestOf(release)));
        await site.AskAsync(release, New);
        var before = site.Api.Server.Faults.Requests;
        site.Api.Server.Faults.Outage = Handcarry.Lab.Api.ApiOutage.ServiceUnavailable;
        await Until.TrueAsync(() => site.Api.Server.Faults.Requests > before + 3, () => "it tries again");
        site.Api.Server.Faults.Outage = Handcarry.Lab.Api.ApiOutage.None;
        await site.UntilAsync(s => s.History[0]!["state"]!.GetValue<string>() == "Completed" && s.History.Count == 2, "completed");
    }

    private static async Task<OperatorSite> StartAsync(bool armored = false)
    {
        Skip.IfNot(GpgHome.Available, "gpg and gpgv are not installed");
        return await OperatorSite.StartAsync(armored);
    }

    private static async Task CollectAsync(OperatorSite site, List<JsonObject> seen, CancellationToken stop)
    {
        try
        {
            using var stream = await site.Api.Http.GetStreamAsync($"{Samples.ClusterVersions}?watch=true", stop);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                lock (seen)
                    seen.Add(JsonNode.Parse(line)!["object"]!.AsObject());
            }
        }
        catch (OperationCanceledException)
        {
            // Seen enough.
        }
    }

    private static bool IsDone(JsonObject clusterVersion) => ProgressOf(clusterVersion) == "Cluster version is 4.14.1";

    private static string ProgressOf(JsonObject clusterVersion) => clusterVersion["status"]!["conditions"]!.AsArray()
        .Single(c => c!["type"]!.GetValue<string>() == "Progressing")!["message"]!.GetValue<string>();
}
