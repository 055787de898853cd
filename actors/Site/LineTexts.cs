using System.Collections.Frozen;
using System.Globalization;

namespace Handcarry.Actors.Site;

/// <summary>The sentences in one language. Letters that the fonts of consoles have (Latin-1) are enough for each of them.</summary>
internal sealed class LineTexts
{
    private static readonly FrozenDictionary<string, LineTexts> All = new Dictionary<string, LineTexts>
    {
        ["en"] = new(new()
        {
            [LineText.Found] = "Bundle found: OpenShift {0}.",
            [LineText.Checking] = "It is being checked.",
            [LineText.Reading] = "Reading {0} %.",
            [LineText.OneMinute] = "About a minute left.",
            [LineText.Minutes] = "About {0} minutes left.",
            [LineText.Hours] = "About {0} hours left.",
            [LineText.Waiting] = "Waiting for a node.",
            [LineText.LeaveIt] = "Do not remove the stick.",
            [LineText.RemoveNow] = "You can remove the stick now.",
            [LineText.LeaveForReceipt] = "Leave the stick in: it gets its receipt at the end.",
            [LineText.ReceiptThere] = "The receipt is on the stick. You can remove it now.",
            [LineText.Preparing] = "OpenShift {0} is being prepared on all nodes.",
            [LineText.Prepared] = "OpenShift {0} is ready and waits for the administrator.",
            [LineText.Upgrading] = "Upgrading to OpenShift {0}. Do not switch anything off.",
            [LineText.Upgraded] = "Upgraded to OpenShift {0}.",
            [LineText.CalledOff] = "The upgrade was called off.",
            [LineText.Away] = "The other nodes cannot be reached. Leave everything as it is.",
            [LineText.InsertAgain] = "Insert the stick with OpenShift {0} again.",
            [LineText.OtherNode] = "Put the stick into another node.",
            [LineText.TwoBundles] = "Two different bundles are inserted. Remove the stick you do not want.",
            [LineText.Unreadable] = "The stick cannot be read. Insert it again, or use another one.",
            [LineText.Damaged] = "The stick is damaged. Use another one with the same bundle.",
            [LineText.NoRoom] = "A node's disk is full.",
            [LineText.NotUsed] = "This bundle cannot be used here.",
            [LineText.Failed] = "The upgrade does not get on.",
            [LineText.CallWith] = "Call the administrator and say: {0}.",
        }),
        ["de"] = new(new()
        {
            [LineText.Found] = "Paket gefunden: OpenShift {0}.",
            [LineText.Checking] = "Es wird geprüft.",
            [LineText.Reading] = "{0} % gelesen.",
            [LineText.OneMinute] = "Noch etwa eine Minute.",
            [LineText.Minutes] = "Noch etwa {0} Minuten.",
            [LineText.Hours] = "Noch etwa {0} Stunden.",
            [LineText.Waiting] = "Es wird auf einen Knoten gewartet.",
            [LineText.LeaveIt] = "Stick bitte nicht abziehen.",
            [LineText.RemoveNow] = "Der Stick kann jetzt abgezogen werden.",
            [LineText.LeaveForReceipt] = "Stick stecken lassen: Er bekommt am Ende seine Quittung.",
            [LineText.ReceiptThere] = "Die Quittung ist auf dem Stick. Er kann jetzt abgezogen werden.",
            [LineText.Preparing] = "OpenShift {0} wird auf allen Knoten vorbereitet.",
            [LineText.Prepared] = "OpenShift {0} ist bereit und wartet auf den Administrator.",
            [LineText.Upgrading] = "Aktualisierung auf OpenShift {0} läuft. Nichts ausschalten.",
            [LineText.Upgraded] = "Auf OpenShift {0} aktualisiert.",
            [LineText.CalledOff] = "Die Aktualisierung wurde abgesagt.",
            [LineText.Away] = "Die anderen Knoten sind nicht erreichbar. Bitte alles so lassen.",
            [LineText.InsertAgain] = "Bitte den Stick mit OpenShift {0} wieder einstecken.",
            [LineText.OtherNode] = "Bitte den Stick in einen anderen Knoten stecken.",
            [LineText.TwoBundles] = "Zwei verschiedene Pakete stecken. Bitte das falsche abziehen.",
            [LineText.Unreadable] = "Der Stick ist nicht lesbar. Neu einstecken oder einen anderen nehmen.",
            [LineText.Damaged] = "Der Stick ist beschädigt. Bitte einen anderen mit demselben Paket nehmen.",
            [LineText.NoRoom] = "Die Platte eines Knotens ist voll.",
            [LineText.NotUsed] = "Dieses Paket kann hier nicht verwendet werden.",
            [LineText.Failed] = "Die Aktualisierung kommt nicht voran.",
            [LineText.CallWith] = "Administrator anrufen und sagen: {0}.",
        }),
        ["es"] = new(new()
        {
            [LineText.Found] = "Paquete encontrado: OpenShift {0}.",
            [LineText.Checking] = "Se está comprobando.",
            [LineText.Reading] = "Leído el {0} %.",
            [LineText.OneMinute] = "Falta cerca de un minuto.",
            [LineText.Minutes] = "Faltan unos {0} minutos.",
            [LineText.Hours] = "Faltan unas {0} horas.",
            [LineText.Waiting] = "Esperando a un nodo.",
            [LineText.LeaveIt] = "No retire la memoria USB.",
            [LineText.RemoveNow] = "Ya puede retirar la memoria USB.",
            [LineText.LeaveForReceipt] = "Deje la memoria USB puesta: al final recibe su comprobante.",
            [LineText.ReceiptThere] = "El comprobante está en la memoria USB. Ya puede retirarla.",
            [LineText.Preparing] = "OpenShift {0} se está preparando en todos los nodos.",
            [LineText.Prepared] = "OpenShift {0} está listo y espera al administrador.",
            [LineText.Upgrading] = "Actualizando a OpenShift {0}. No apague nada.",
            [LineText.Upgraded] = "Actualizado a OpenShift {0}.",
            [LineText.CalledOff] = "La actualización se ha cancelado.",
            [LineText.Away] = "No se puede contactar con los otros nodos. Deje todo como está.",
            [LineText.InsertAgain] = "Inserte de nuevo la memoria USB con OpenShift {0}.",
            [LineText.OtherNode] = "Ponga la memoria USB en otro nodo.",
            [LineText.TwoBundles] = "Hay dos paquetes distintos. Retire el que no quiera.",
            [LineText.Unreadable] = "La memoria USB no se puede leer. Insértela otra vez o use otra.",
            [LineText.Damaged] = "La memoria USB está dañada. Use otra con el mismo paquete.",
            [LineText.NoRoom] = "El disco de un nodo está lleno.",
            [LineText.NotUsed] = "Este paquete no se puede usar aquí.",
            [LineText.Failed] = "La actualización no avanza.",
            [LineText.CallWith] = "Llame al administrador y diga: {0}.",
        }),
        ["fr"] = new(new()
        {
            [LineText.Found] = "Paquet trouvé : OpenShift {0}.",
            [LineText.Checking] = "Vérification en cours.",
            [LineText.Reading] = "Lu à {0} %.",
            [LineText.OneMinute] = "Encore une minute environ.",
            [LineText.Minutes] = "Encore {0} minutes environ.",
            [LineText.Hours] = "Encore {0} heures environ.",
            [LineText.Waiting] = "Un noeud est attendu.",
            [LineText.LeaveIt] = "Ne retirez pas la clé USB.",
            [LineText.RemoveNow] = "Vous pouvez retirer la clé USB.",
            [LineText.LeaveForReceipt] = "Laissez la clé USB : elle recevra son reçu à la fin.",
            [LineText.ReceiptThere] = "Le reçu est sur la clé USB. Vous pouvez la retirer.",
            [LineText.Preparing] = "OpenShift {0} est préparé sur tous les noeuds.",
            [LineText.Prepared] = "OpenShift {0} est prêt et attend l'administrateur.",
            [LineText.Upgrading] = "Mise à niveau vers OpenShift {0}. N'éteignez rien.",
            [LineText.Upgraded] = "Mis à niveau vers OpenShift {0}.",
            [LineText.CalledOff] = "La mise à niveau a été annulée.",
            [LineText.Away] = "Les autres noeuds sont injoignables. Ne touchez à rien.",
            [LineText.InsertAgain] = "Insérez de nouveau la clé USB avec OpenShift {0}.",
            [LineText.OtherNode] = "Mettez la clé USB dans un autre noeud.",
            [LineText.TwoBundles] = "Deux paquets différents sont insérés. Retirez celui qui est de trop.",
            [LineText.Unreadable] = "La clé USB est illisible. Insérez-la de nouveau, ou une autre.",
            [LineText.Damaged] = "La clé USB est endommagée. Prenez-en une autre avec le même paquet.",
            [LineText.NoRoom] = "Le disque d'un noeud est plein.",
            [LineText.NotUsed] = "Ce paquet ne peut pas être utilisé ici.",
            [LineText.Failed] = "La mise à niveau n'avance pas.",
            [LineText.CallWith] = "Appelez l'administrateur et dites : {0}.",
        }),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<LineText, string> _texts;

    private LineTexts(Dictionary<LineText, string> texts) => _texts = texts;

    /// <summary>The languages, by their two letters.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The sentences in <paramref name="language"/>.</summary>
    /// <exception cref="ArgumentException">There is no such language.</exception>
    public static LineTexts In(string language) =>
        All.TryGetValue(language, out var texts) ? texts : throw new ArgumentException($"There are no texts in \"{language}\"; there are {string.Join(", ", Languages)}.", nameof(language));

    /// <summary>A sentence with its gaps as they are; for tests.</summary>
    public string? Raw(LineText text) => _texts.GetValueOrDefault(text);

    /// <summary>A sentence with <paramref name="values"/> in its gaps.</summary>
    public string Fill(LineText text, object[] values) => string.Format(CultureInfo.InvariantCulture, _texts[text], values);
}
