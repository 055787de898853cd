namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>What is to be done with an image's record before a store is retired that it stands on.</summary>
public enum RecordRemedy
{
    /// <summary>The store must stay: containers were made from the image, or it came from elsewhere onto layers of the store and may not be had again.</summary>
    KeepStore,

    /// <summary>The image is still needed: have the runtime remove it by its id, retire the store, and pull the image again.</summary>
    PullAgain,

    /// <summary>The record is of an image that the store itself has, and goes with it: have the runtime remove it by its id.</summary>
    Remove,
}
