using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Handcarry.Agent.Telemetry;

/// <summary>
/// Writes the instruments of one meter in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). All of them are observed when
/// somebody reads: nothing is kept between two readings. Names are those of Prometheus already; units and kinds follow from the instruments.
/// </summary>
/// <param name="meter">Whose observable counters and gauges of <see cref="long"/> and <see cref="double"/> are written.</param>
internal sealed class PrometheusText(Meter meter)
{
    /// <summary>What the text is, for the header of an answer.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The text at this moment; families in the order of their names, those without a value left out.</summary>
    public string Write()
    {
        var families = new SortedDictionary<string, Family>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (!ReferenceEquals(instrument.Meter, meter))
                    return;
                var family = families[instrument.Name] = new Family(instrument);
                listening.EnableMeasurementEvents(instrument, family);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((Family)family!).Add(tags, value.ToString(CultureInfo.InvariantCulture)));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((Family)family!).Add(tags, value.ToString("R", CultureInfo.InvariantCulture)));
        listener.Start();
        listener.RecordObservableInstruments();

        var text = new StringBuilder();
        foreach (var family in families.Values)
            family.WriteTo(text);
        return text.ToString();
    }

    private sealed class Family(Instrument instrument)
    {
        private readonly StringBuilder _samples = new();

        public void Add(ReadOnlySpan<KeyValuePair<string, object?>> labels, string value)
        {
            _samples.Append(instrument.Name);
            var separator = '{';
            foreach (var (name, label) in labels)
            {
                _samples.Append(separator).Append(name).Append("=\"").Append(Escaped(label?.ToString() ?? "")).Append('"');
                separator = ',';
            }
            _samples.Append(labels.IsEmpty ? " " : "} ").Append(value).Append('\n');
        }

        public void WriteTo(StringBuilder text)
        {
            if (_samples.Length == 0)
                return;
            var kind = instrument is ObservableCounter<long> or ObservableCounter<double> ? "counter" : "gauge";
            text.Append("# HELP ").Append(instrument.Name).Append(' ').Append(instrument.Description).Append('\n')
                .Append("# TYPE ").Append(instrument.Name).Append(' ').Append(kind).Append('\n')
                .Append(_samples);
        }

        private static string Escaped(string label) =>
            label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
