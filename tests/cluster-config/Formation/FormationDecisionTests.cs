using Handcarry.ClusterConfig.Formation;

namespace Handcarry.ClusterConfig.Tests.Formation;

/// <summary>
/// The decision told as stories: a line is what happens, and after the arrow what the node then does (a step, with the pause before it
/// in seconds) and, in brackets, where it stands.
/// </summary>
public sealed class FormationDecisionTests
{
    [Fact]
    public void The_first_node_of_a_fresh_site_founds_at_once() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordCreated       -> TakeLease [Claiming]
        LeaseHeld           -> Found [Founded]
        Joined              -> [Member]
        """);

    [Fact]
    public void Any_other_node_of_a_fresh_site_joins_it() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordExists        -> [Seeking]
        Joined              -> [Member]
        FoundAfterElapsed   -> [Member]
        """);

    [Fact]
    public void After_a_power_cut_the_node_that_gets_the_lease_founds() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordExists        -> [Seeking]
        FoundAfterElapsed   -> AskContacts [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseHeld           -> Found [Founded]
        """);

    [Fact]
    public void A_node_that_does_not_get_the_lease_asks_its_contacts_again_each_time() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordExists        -> [Seeking]
        FoundAfterElapsed   -> AskContacts [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseRefused        -> AskContacts after 1 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseRefused        -> AskContacts after 2 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseUnavailable    -> AskContacts after 4 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseUnavailable    -> AskContacts after 8 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseRefused        -> AskContacts after 10 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseRefused        -> AskContacts after 10 [Asking]
        Joined              -> [Member]
        LeaseHeld           -> [Member]
        """);

    [Fact]
    public void A_node_whose_old_self_is_still_being_removed_waits_for_the_members_it_reaches() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordExists        -> [Seeking]
        FoundAfterElapsed   -> AskContacts [Asking]
        ContactIsMember     -> WaitFoundAfter [Seeking]
        ContactIsMember     -> [Seeking]
        NoContactIsMember   -> [Seeking]
        Joined              -> [Member]
        """);

    [Fact]
    public void A_node_alone_founds_as_soon_as_it_has_the_lease() => Tell("""
        Start alone         -> CreateRecord [Seeking]
        RecordExists        -> TakeLease [Claiming]
        LeaseRefused        -> TakeLease after 1 [Claiming]
        LeaseHeld           -> Found [Founded]
        """);

    [Fact]
    public void While_the_API_is_away_nothing_is_founded_and_everything_is_tried_again() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordUnavailable   -> CreateRecord after 1 [Seeking]
        RecordUnavailable   -> CreateRecord after 2 [Seeking]
        FoundAfterElapsed   -> [Seeking]
        RecordUnavailable   -> CreateRecord after 4 [Seeking]
        RecordExists        -> AskContacts [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseUnavailable    -> AskContacts after 1 [Asking]
        NoContactIsMember   -> TakeLease [Claiming]
        LeaseHeld           -> Found [Founded]
        """);

    [Fact]
    public void The_node_that_made_the_record_and_did_not_get_the_lease_asks_like_the_others() => Tell("""
        Start with contacts -> JoinContacts, WaitFoundAfter, CreateRecord [Seeking]
        RecordCreated       -> TakeLease [Claiming]
        FoundAfterElapsed   -> [Claiming]
        LeaseRefused        -> AskContacts after 1 [Asking]
        ContactIsMember     -> WaitFoundAfter [Seeking]
        Joined              -> [Member]
        """);

    private static void Tell(string story)
    {
        FormationState? state = null;
        foreach (var line in story.Split('\n'))
        {
            var happened = line.Split("->")[0].TrimEnd();
            (state, var effects) = state is null
                ? FormationDecision.Start(hasContacts: happened == "Start with contacts")
                : FormationDecision.Next(state, Enum.Parse<FormationEvent>(happened));
            var does = string.Join(", ", effects.Select(effect => effect.After == TimeSpan.Zero ? $"{effect.Step}" : $"{effect.Step} after {effect.After.TotalSeconds}"));
            Assert.Equal(line.TrimEnd(), $"{happened,-19} -> {does}{(does.Length > 0 ? " " : "")}[{state!.Phase}]");
        }
    }
}
