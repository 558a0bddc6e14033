using VerticalFL.Agent;
using VerticalFL.Agent.Studies;
using VerticalFL.EndToEnd.Tests.Recorder;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>An agent starts what its own operator and everybody else's allowed, whatever the coordinator orders.</summary>
public sealed class RunPermissionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsortiumKit _kit;
    private readonly ServiceIdentity _identity;
    private readonly AuditLog _audit;
    private readonly StudyStore _store;
    private readonly StudyDesk _desk;

    public RunPermissionTests()
    {
        RecordedCohort.Write(_directory.Path);
        string study = File.ReadAllText(_directory["study.json"]);
        File.WriteAllText(_directory["study.json"], study.Replace("\"seed\"", "\"maxRuns\": 3, \"seed\"", StringComparison.Ordinal));
        _kit = ConsortiumKit.Create(StudyFolder.Load(_directory.Path));
        AgentOptions options = AgentOptions.Load(_kit.WriteAgent(RecordedCohort.Lab, 1));
        Directory.CreateDirectory(options.StateDirectory);
        _identity = ServiceIdentity.Load(options.Keys, TimeProvider.System);
        _audit = AuditLog.Open(options.StateDirectory, _identity, TimeProvider.System);
        _store = new StudyStore(options.StateDirectory);
        _desk = new StudyDesk(options, Policy.Default, _store, new ApprovalVerifier(_identity.Root, Policy.Default), _audit, TimeProvider.System);
        _desk.Offer(_kit.Study.Bytes);
        _desk.Decide(_kit.Study.Id.Hex, Decision(RecordedCohort.Lab));
    }

    public void Dispose()
    {
        _audit.Dispose();
        _identity.Dispose();
        _kit.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Order_with_everybody_s_approval_may_start() => Assert.Null(_desk.WhyNot(Order(1)));

    [Fact]
    public void Run_is_counted_once_whatever_attempts_it_takes()
    {
        _desk.Decide(_kit.Study.Id.Hex, Decision(RecordedCohort.Lab, a => a with { MaxRuns = 1 }));
        _store.AddRun(_kit.Study.Id, Order(1).Run);

        Assert.Null(_desk.WhyNot(Order(1) with { Attempt = 7 }));
        Assert.NotNull(_desk.WhyNot(Order(2)));
    }

    [Fact]
    public void Own_operator_s_last_decision_limits_the_runs_although_the_order_carries_an_older_one()
    {
        _desk.Decide(_kit.Study.Id.Hex, Decision(RecordedCohort.Lab, a => a with { MaxRuns = 1 }));
        _store.AddRun(_kit.Study.Id, Order(1).Run);

        Assert.Contains("allow 1 run(s)", _desk.WhyNot(Order(2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_approval_of_another_party_forbids_the_run()
    {
        RunOrder order = Order(1);

        Assert.Contains("has not approved", _desk.WhyNot(order with { Approvals = [.. order.Approvals.Skip(1)] }), StringComparison.Ordinal);
    }

    private RunOrder Order(byte run) => new(
        _kit.Study.Id,
        RunId.FromBytes([.. Enumerable.Repeat(run, RunId.Size)]),
        1,
        [.. _kit.Parties.Select(p => (ReadOnlyMemory<byte>)MessageCodec.Encode(Decision(p)))]);

    private SignedApproval Decision(PartyId party, Func<Approval, Approval>? change = null)
    {
        using OperatorIdentity identity = OperatorIdentity.Load(Path.GetDirectoryName(_kit.StateOf(party))!, "simulation");
        Approval approval = Approval.Decide(_kit.Study, identity, approved: true, TimeProvider.System.GetUtcNow());
        return (change?.Invoke(approval) ?? approval).Sign(identity);
    }
}
