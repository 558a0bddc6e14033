using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>Which channel: two requests with the same key belong together.</summary>
internal readonly record struct SpliceKey(StudyId Study, RunId Run, int Attempt, string Stream, PartyId Lower, PartyId Upper)
{
    public static SpliceKey Of(PartyId self, TicketRequest request)
    {
        (PartyId lower, PartyId upper) = self < request.Peer ? (self, request.Peer) : (request.Peer, self);
        return new SpliceKey(request.Study, request.Run, request.Attempt, request.Stream, lower, upper);
    }

    public bool Concerns(PartyId party) => Lower == party || Upper == party;
}
