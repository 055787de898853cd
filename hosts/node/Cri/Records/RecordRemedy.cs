namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>What is to be done with an image's record before a store is retired that it stands on.</summary>
public enum RecordRemedy
{
    /// <summary>The store must stay: containers were made from the image.</summary>
    KeepStore,

    /// <summary>The image is still needed: have the runtime remove it by its id, retire the store, and pull the image again.</summary>
    PullAgain,

    /// <summary>Nobody needs the image: have the runtime remove it by its id.</summary>
    Remove,
}
