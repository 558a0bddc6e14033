using System.Runtime.InteropServices;
using System.Text;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>A recorder where the relay and the network sit sees TLS records, one-time tickets and nothing else.</summary>
public sealed class RelayRecorderTests(RecordedRunFixture fixture)
{
    private const int ServerName = 0;
    private const int ApplicationProtocol = 16;
    private const int PreSharedKey = 41;
    private const int EarlyData = 42;

    [Fact]
    public async Task Every_byte_behind_a_ticket_belongs_to_a_TLS_record()
    {
        RecordedRun run = await fixture.RunAsync();
        (TappedConnection Connection, byte[] Preamble)[] data = [.. run.Tapped.Select(t => (t, First(t, RelayProtocol.PreambleSize))).Where(t => t.Item2[0] != RelayProtocol.TlsHandshake)];

        // Three pairs of parties, each with two connections to the relay (more on a slow machine, where a party may come too late and come again).
        Assert.True(data.Length >= 6);
        Assert.All(data, d => Assert.Equal(RelayProtocol.Magic.ToArray(), d.Preamble[..RelayProtocol.Magic.Length]));
        Assert.Equal(data.Length, data.Select(d => Convert.ToHexString(d.Preamble[RelayProtocol.Magic.Length..])).Distinct().Count());
        ILookup<bool, TappedConnection> spliced = data.ToLookup(d => d.Connection.FromRelay.ToArray().FirstOrDefault() == (byte)RelayAnswer.Spliced, d => d.Connection);
        Assert.True(spliced[true].Count() >= 6);
        foreach (TappedConnection connection in spliced[true])
        {
            AssertTls(connection.ToRelay.ToArray().AsSpan(RelayProtocol.PreambleSize));
            AssertTls(connection.FromRelay.ToArray().AsSpan(1));
        }

        Assert.All(spliced[false], c => Assert.Equal((RelayProtocol.PreambleSize, true), ((int)c.ToRelay.Length, c.FromRelay.Length <= 1)));
    }

    [Fact]
    public async Task A_control_connection_is_TLS_from_the_first_byte()
    {
        RecordedRun run = await fixture.RunAsync();
        TappedConnection[] control = [.. run.Tapped.Where(t => First(t, 1)[0] == RelayProtocol.TlsHandshake)];

        Assert.True(control.Length >= 3);
        foreach (TappedConnection connection in control)
        {
            AssertTls(connection.ToRelay.ToArray());
            AssertTls(connection.FromRelay.ToArray());
        }
    }

    [Fact]
    public async Task No_hello_names_anybody_resumes_a_session_or_sends_early_data()
    {
        RecordedRun run = await fixture.RunAsync();

        byte[][] hellos = [.. run.Tapped.SelectMany(Directions).SelectMany(b => new TlsRecords(b).Hellos)];

        Assert.NotEmpty(hellos);
        Assert.All(hellos, h => Assert.DoesNotContain(TlsRecords.ExtensionsOf(h), e => e is ServerName or ApplicationProtocol or PreSharedKey or EarlyData));
    }

    [Fact]
    public async Task No_name_and_no_secret_of_ours_stands_in_the_clear()
    {
        RecordedRun run = await fixture.RunAsync();
        LeakChecker checker = await fixture.CheckerAsync();
        Study study = run.Study.Study;
        string[] texts = [.. study.Parties.Select(p => p.Value), "coordinator", study.Name, run.Study.Id.Hex, run.Run.Hex, "VerticalFL", "patient_id", "label", "BEGIN CERT"];
        byte[][] names = [run.Study.Id.ToBytes(), run.Run.ToBytes(), .. texts.Where(t => t.Length >= 8).Select(Encoding.UTF8.GetBytes)];
        byte[][] shortNames = [.. texts.Where(t => t.Length < 8).Select(Encoding.UTF8.GetBytes)];

        foreach (byte[] bytes in run.Tapped.SelectMany(Directions))
        {
            Assert.Empty(checker.Search(bytes));
            Assert.All(names, n => Assert.True(bytes.AsSpan().IndexOf(n) < 0));

            // "lab" is three bytes, which chance puts into a megabyte of ciphertext; what is in the clear is a few hundred bytes.
            byte[] clear = [.. new TlsRecords(bytes).Hellos.SelectMany(h => h)];
            Assert.All(shortNames, n => Assert.True(clear.AsSpan().IndexOf(n) < 0));
        }
    }

    [Fact]
    public async Task What_the_relay_passes_on_is_uniform()
    {
        RecordedRun run = await fixture.RunAsync();
        byte[] ciphertext = [.. run.Tapped.Where(t => First(t, 1)[0] != RelayProtocol.TlsHandshake).Select(t => new TlsRecords(t.ToRelay.ToArray().AsSpan(RelayProtocol.PreambleSize)).Ciphertext).SelectMany(c => c)];

        Assert.Empty(Uniformity.Judge(MemoryMarshal.Cast<byte, uint>(ciphertext.AsSpan(0, ciphertext.Length / 4 * 4)).ToArray(), width: 1));
    }

    [Theory]
    [InlineData("a message in the clear")]
    [InlineData("an older version")]
    [InlineData("half a record")]
    [InlineData("a certificate in the clear")]
    public async Task Bytes_that_are_no_records_are_named(string plant)
    {
        RecordedRun run = await fixture.RunAsync();
        byte[] honest = run.Tapped.First(t => First(t, 1)[0] == RelayProtocol.TlsHandshake).ToRelay.ToArray();
        byte[] planted = plant switch
        {
            "a message in the clear" => [.. honest, .. MessageCodec.Encode(new Ping(7))],
            "an older version" => [.. honest, 23, 3, 2, 0, 1, 0],
            "half a record" => honest[..^1],
            _ => [22, 3, 3, 0, 4, 11, 0, 0, 0, .. honest],
        };

        Assert.Empty(new TlsRecords(honest).Problems);
        Assert.Single(new TlsRecords(planted).Problems);
    }

    private static void AssertTls(ReadOnlySpan<byte> bytes)
    {
        var records = new TlsRecords(bytes);
        Assert.Empty(records.Problems);
        Assert.Single(records.Hellos);
        Assert.NotEmpty(records.Ciphertext);
    }

    /// <summary>Both directions without the preamble and the relay's one byte.</summary>
    private static IEnumerable<byte[]> Directions(TappedConnection connection)
    {
        bool control = First(connection, 1)[0] == RelayProtocol.TlsHandshake;
        yield return connection.ToRelay.ToArray()[(control ? 0 : RelayProtocol.PreambleSize)..];
        yield return connection.FromRelay.ToArray()[(control ? 0 : 1)..];
    }

    private static byte[] First(TappedConnection connection, int count) => connection.ToRelay.ToArray()[..count];
}
