using System.Formats.Tar;
using System.Text.Json;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Hosts.Node.Tests.Storage.Sealing;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

/// <summary>Bytes allocated do not depend on how busy the machine is, so a regression shows where times would not show it.</summary>
[Collection(nameof(ProofAllocationTests))]
public sealed class ProofAllocationTests
{
    private const int Folders = 200, FilesInEach = 20;

    [SkippableFact]
    public async Task Proving_a_store_with_many_files_stays_within_its_allocation_budget()
    {
        using var site = new SealingSite();
        var tar = new TestTar().Add("usr/", TarEntryType.Directory, mode: 0x1ED);
        for (var folder = 0; folder < Folders; folder++)
        {
            tar.Add($"usr/folder-{folder}/", TarEntryType.Directory, mode: 0x1ED);
            for (var file = 0; file < FilesInEach; file++)
                tar.Add($"usr/folder-{folder}/file-{file}", content: new byte[folder * file]);
        }
        var image = site.Expect(site.Maker.Make(ImageMaker.Repository, docker: true, site.Maker.MakeLayer(tar.ToArray())));
        await using var opened = await site.OpenAsync(
            await new StoreSealer(site.Options, site.Runner).SealAsync(site.Order with { Images = [image] }, site, null, default));

        // The first proof pays for compiling and filling pools.
        await ProveAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await ProveAsync();
        var perEntry = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (Folders * (FilesInEach + 1));

        var budget = Budget("proof-bytes-per-entry");
        Assert.True(perEntry <= budget, $"{perEntry:0} bytes are allocated per file and folder proved; the budget is {budget} (allocation-budgets.json).");

        async Task ProveAsync() => Assert.Empty((await new SealedStoreProof(new StoreProofOptions()).RunAsync(opened.View, [image], null, default)).Violations);
    }

    private static double Budget(string key)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
            folder = folder.Parent!;
        using var budgets = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "tests/node/allocation-budgets.json")));
        return budgets.RootElement.GetProperty(key).GetDouble();
    }
}

/// <summary>Runs after all others, alone: what others allocate would be counted.</summary>
[CollectionDefinition(nameof(ProofAllocationTests), DisableParallelization = true)]
public sealed class ProofAllocationCollection;
