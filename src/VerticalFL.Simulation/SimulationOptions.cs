using VerticalFL.Messages;

namespace VerticalFL.Simulation;

/// <summary>How a consortium is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>
    /// The <c>vfl</c> to start the coordinator and each agent with, as processes of their own. Default: none, they run as hosts in the
    /// caller's process, over the same loopback TCP and TLS.
    /// </summary>
    public VflCommand? Vfl { get; init; }

    /// <summary>
    /// How often within a minute one process that ends unasked is started again; its next end then fails the simulation. Default: 5.
    /// </summary>
    public int RestartsPerMinute { get; init; } = 5;

    /// <summary>
    /// Whether leaks are audited: what a feature party could infer of outcomes, and the label party of columns. Default: false, they are where the study has limits.
    /// </summary>
    public bool Audit { get; init; }

    /// <summary>
    /// A feature party that cheats in training, so that an audit tells what it gains (<see cref="Agent.Audits.SimulatedAudit.AddCheats"/>): of the others' attacks none is
    /// played. Its model is not the study's. Default: null, nobody cheats.
    /// </summary>
    public PartyId? Cheat { get; init; }

    /// <summary>
    /// A folder with one <c>PARTY.csv</c> of new patients for each party, for <see cref="Consortium.PredictAsync"/>. A party without a policy of its own then allows
    /// predictions on them. Default: none.
    /// </summary>
    public string? NewPatients { get; init; }

    /// <summary>Is told of processes that ended unasked and are started again, and of the forecast of the training, in one sentence each. Default: nobody.</summary>
    public Action<string>? Note { get; init; }
}
