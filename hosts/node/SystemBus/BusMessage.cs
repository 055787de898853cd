using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>A message while it is written or read, on the thread of its bus. Members are written and read in their order.</summary>
internal readonly unsafe struct BusMessage(nint message)
{
    public string Member => Text(LibSystemd.MemberOf(message));

    /// <summary>The error that this reply is; null when it is none.</summary>
    public BusException? Error
    {
        get
        {
            var error = LibSystemd.ErrorOf(message);
            return error == null || error->Name == 0 ? null : new BusException(Text(error->Name), Text(error->Message));
        }
    }

    public void Append(string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            Check(LibSystemd.Append(message, (byte)'s', (void*)copy));
        }
        finally
        {
            Marshal.FreeCoTaskMem(copy);
        }
    }

    public void AppendAll(IReadOnlyList<string> texts)
    {
        Check(LibSystemd.OpenContainer(message, (byte)'a', "s"));
        foreach (var text in texts)
            Append(text);
        Check(LibSystemd.CloseContainer(message));
    }

    public string ReadText() => ReadPointer('s');

    public string ReadPath() => ReadPointer('o');

    /// <summary>A D-Bus boolean is a C int here.</summary>
    public bool ReadBoolean()
    {
        int value;
        Check(LibSystemd.Read(message, (byte)'b', &value));
        return value != 0;
    }

    public uint ReadNumber()
    {
        uint value;
        Check(LibSystemd.Read(message, (byte)'u', &value));
        return value;
    }

    /// <summary>Goes into an array or structure; false at the end of the array around it.</summary>
    public bool Enter(char type, string contents) => Check(LibSystemd.EnterContainer(message, (byte)type, contents)) > 0;

    /// <summary>Goes out of it again.</summary>
    public void Exit() => Check(LibSystemd.ExitContainer(message));

    /// <summary>The text belongs to the message: it is copied at once.</summary>
    private string ReadPointer(char type)
    {
        nint text;
        Check(LibSystemd.Read(message, (byte)type, &text));
        return Text(text);
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    private static int Check(int result) =>
        result >= 0 ? result : throw new BusException("Message", $"A message of the system bus is not as expected: {LibC.Describe(-result)}.");
}
