using System.Net.Sockets;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>Tickets at a coordinator in a process of its own, for a run that is really under way: used twice, again afterwards, late, by another, changed.</summary>
public sealed class TicketTests
{
    private static readonly PartyId Lab = new("lab"), Pharmacy = new("pharmacy");

    [Fact]
    public async Task Ticket_of_a_run_under_way_is_good_once_and_soon_and_gives_nobody_else_a_channel()
    {
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 100_000, maxRuns: 1));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("lab", run, "training");

        // The attempt goes on until one of them is back; meanwhile the test speaks with their keys.
        await kit.KillAsync("lab");
        await kit.KillAsync("pharmacy");
        using ServiceIdentity labKeys = ServiceIdentity.Load(kit["lab"]), pharmacyKeys = ServiceIdentity.Load(kit["pharmacy"]), hospitalKeys = ServiceIdentity.Load(kit["hospital"]);
        using PartyCredentials ofLab = Credentials(labKeys), ofPharmacy = Credentials(pharmacyKeys), ofHospital = Credentials(hospitalKeys);
        await using RawAgent lab = await RawAgent.ConnectAsync(kit.Port, ofLab);
        await using RawAgent pharmacy = await RawAgent.ConnectAsync(kit.Port, ofPharmacy);
        var binding = new ChannelBinding(kit.DocumentOf(id).Id, RunId.TryParse(run, out RunId parsed) ? parsed : default, 1, "run");

        // Another attempt than the present one, or another run: no ticket.
        await lab.AskAsync(1, Pharmacy, binding with { Attempt = 2 });
        Assert.Equal(RefusalCode.NotAllowed, (await lab.ExpectAsync<Refusal>()).Code);
        await lab.AskAsync(2, Pharmacy, binding with { Run = RunId.FromBytes(new byte[RunId.Size]) });
        Assert.Equal(RefusalCode.NotAllowed, (await lab.ExpectAsync<Refusal>()).Code);

        // Good once: not again while it is in use, and not afterwards.
        (ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> two) = await GrantAsync(lab, pharmacy, binding, 3);
        await using (NetworkStream first = await RawAgent.PresentAsync(kit.Port, one))
        await using (NetworkStream second = await RawAgent.PresentAsync(kit.Port, two))
        {
            Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(first));
            Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(second));
            await first.WriteAsync(new byte[] { 42 }, TestContext.Current.CancellationToken);
            Assert.Equal(42, await RawAgent.ReadByteAsync(second));
            await RefusedAsync(kit, one);
        }

        await RefusedAsync(kit, one);
        await RefusedAsync(kit, two);

        // Late, or changed on its way.
        (one, two) = await GrantAsync(lab, pharmacy, binding, 4);
        byte[] changed = one.ToArray();
        changed[^1] ^= 1;
        await RefusedAsync(kit, changed);
        for (int i = 0; i < 8; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            await lab.Connection.SendAsync(new Ping(i), TestContext.Current.CancellationToken);
            await pharmacy.Connection.SendAsync(new Ping(i), TestContext.Current.CancellationToken);
        }

        await RefusedAsync(kit, one);
        await RefusedAsync(kit, two);

        // By another: whoever holds it gets a line, on which it is not the party that the other end waits for.
        (one, two) = await GrantAsync(lab, pharmacy, binding, 5);
        NetworkStream thief = await RawAgent.PresentAsync(kit.Port, one);
        NetworkStream waiting = await RawAgent.PresentAsync(kit.Port, two);
        Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(thief));
        Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(waiting));
        Task<MutualTls> asLab = MutualTls.AuthenticateAsync(thief, ofHospital, Pharmacy, asServer: true, TimeProvider.System, CancellationToken.None);
        await using MutualTls atPharmacy = await MutualTls.AuthenticateAsync(waiting, ofPharmacy, Lab, asServer: false, TimeProvider.System, CancellationToken.None).SoonAsync();
        Assert.Equal("its certificate names party 'hospital' instead of 'lab'", atPharmacy.Problem);
        await (await asLab.SoonAsync()).DisposeAsync();
    }

    private static PartyCredentials Credentials(ServiceIdentity identity) => new(identity.Party, identity.Certificate, identity.Root.Certificate, null, []);

    private static async Task<(ReadOnlyMemory<byte> Lab, ReadOnlyMemory<byte> Pharmacy)> GrantAsync(RawAgent lab, RawAgent pharmacy, ChannelBinding binding, int request)
    {
        await lab.AskAsync(request, Pharmacy, binding);
        await pharmacy.AskAsync(request, Lab, binding);
        TicketGrant first = await lab.ExpectAsync<TicketGrant>(), second = await pharmacy.ExpectAsync<TicketGrant>();
        Assert.Equal((request, request), (first.Request, second.Request));
        return (first.Ticket, second.Ticket);
    }

    private static async Task RefusedAsync(ServiceKit kit, ReadOnlyMemory<byte> ticket)
    {
        await using NetworkStream stream = await RawAgent.PresentAsync(kit.Port, ticket);
        Assert.Equal((int)RelayAnswer.TicketRefused, await RawAgent.ReadByteAsync(stream));
        Assert.Equal(-1, await RawAgent.ReadByteAsync(stream));
    }
}
