using VerticalFL.Agent.Runs;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class ReleaseLogFileTests : IDisposable
{
    private static readonly byte[] First = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] Second = [.. Enumerable.Repeat((byte)2, 32)];
    private readonly TemporaryDirectory _directory = new();
    private readonly StorageKey _key;
    private readonly List<string> _charged = [];

    public ReleaseLogFileTests() => _key = StorageKey.Open(_directory.Path);

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_same_draw_is_free_another_one_is_charged_once_also_after_a_restart()
    {
        using (ReleaseLogFile log = Open())
        {
            log.Enter("weights/00", First, new PrivacyLoss(1));
            log.Enter("weights/00", First, new PrivacyLoss(1));
            log.Enter("weights/01", Second, new PrivacyLoss(1));
        }

        using (ReleaseLogFile log = Open())
        {
            log.Enter("weights/00", First, new PrivacyLoss(1));
            Assert.Empty(_charged);
            log.Enter("weights/00", Second, new PrivacyLoss(1));
            log.Enter("weights/00", Second, new PrivacyLoss(1));
        }

        Assert.Equal(["weights/00 1"], _charged);
    }

    [Fact]
    public void A_draw_that_may_not_be_charged_is_not_noted()
    {
        using (ReleaseLogFile log = new(_directory["log"], _key, new PartyId("lab"), (_, _, _) => throw new PolicyRefusedException("no")))
        {
            log.Enter("release/00", First, new PrivacyLoss(1));
            Assert.Throws<PolicyRefusedException>(() => log.Enter("release/00", Second, new PrivacyLoss(1)));
        }

        using ReleaseLogFile again = Open();
        again.Enter("release/00", Second, new PrivacyLoss(1));
        Assert.Single(_charged);
    }

    private ReleaseLogFile Open() =>
        new(_directory["log"], _key, new PartyId("lab"), (place, _, loss) => _charged.Add(FormattableString.Invariant($"{place} {loss.Rho}")));
}
