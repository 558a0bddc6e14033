using System.Security.Cryptography;
using System.Text;
using VerticalFL.Agent;
using VerticalFL.Agent.Runs;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Split;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// What one organisation with all the tables would train: it reads the files, joins them on the identifier, puts the rows into the order
/// that the parties' contributions give, and trains in one place, without channels, masks or processes.
/// </summary>
internal static class CentralReference
{
    /// <returns>The common patients, the model's hash, and those of the models of the study's folds.</returns>
    public static async Task<(int Patients, string Sha256, IReadOnlyList<string> Folds)> TrainAsync(string folder, int? seed, CancellationToken cancellationToken)
    {
        StudyFolder files = StudyFolder.Load(folder, seed);
        StudyDocument document = files.Document;
        Study study = document.Study;
        PartyId[] parties = [study.LabelParty, .. study.FeatureParties.Order()];
        var inputs = new Dictionary<PartyId, PartyInput>();
        var rowOf = new Dictionary<PartyId, Dictionary<string, int>>();
        foreach (PartyId party in parties)
        {
            PartyInput input = inputs[party] = await PartyInput.ReadAsync(files.TableOf(party), document, party, cancellationToken);
            ItemSet items = input.Keys.Sets.Single();
            rowOf[party] = Enumerable.Range(0, items.Count).ToDictionary(i => Convert.ToHexString(ItemAt(items, i)), i => items.Rows[i]);
        }

        byte[] contributions = [.. parties.SelectMany(p => SeedOf(study, p).Derive("order", document.Id))];
        byte[] orderKey = new byte[32];
        KeyDerivation.Derive(contributions, document.Id.ToBytes(), KeyLabels.Order, orderKey);
        string[] common = [.. rowOf[study.LabelParty].Keys
            .Where(item => parties.All(p => rowOf[p].ContainsKey(item)))
            .OrderBy(item => Convert.ToHexString(HMACSHA256.HashData(orderKey, Convert.FromHexString(item))), StringComparer.Ordinal)];
        Dictionary<PartyId, int[]> cohort = parties.ToDictionary(p => p, p => common.Select(item => rowOf[p][item]).ToArray());

        PartyInput label = inputs[study.LabelParty];
        int[] labelRows = cohort[study.LabelParty];
        RowAssignment rows = RowAssignment.Build(
            study, common.Length, label.SplitColumn is { } split ? SplitReader.Read(label.Table, split, labelRows) : null);
        Targets targets = TargetReader.Read(label.Table, label.Outcome!, labelRows, [.. rows.TrainingRows.Select(r => labelRows[r])]);
        return (common.Length, Train(rows, ""), [.. Enumerable.Range(0, study.FoldCount).Select(f => Train(rows.Fold(study, f), $"/{f + 1}"))]);

        string Train(RowAssignment part, string place)
        {
            var outcome = new CohortOutcome(targets, part);
            Dictionary<PartyId, IBottomModel> bottoms = parties.ToDictionary(p => p, p => MemberBottoms.Create(
                new ManagedEngine(),
                new BottomModelPlan(
                    PreparedFeatures.Fit(inputs[p], cohort[p], part).Matrix,
                    study.Model.Bottoms[p],
                    study.Model.Cut,
                    study.Training.Optimizer,
                    SeedOf(study, p).Derive("bottom" + place, document.Id)),
                study.Model.Members));
            try
            {
                ILoss loss = outcome.MakeLoss(study.Training.ClassWeights);
                var top = new TopModel(study.Model, loss.Outputs, loss, study.Training.Optimizer, SeedOf(study, study.LabelParty).Derive("top" + place, document.Id));
                TrainingOutcome trained = CentralTraining.Run(
                    study, bottoms, top, outcome, part, null, cancellationToken);
                return Convert.ToHexStringLower(trained.ModelHash.Span);
            }
            finally
            {
                foreach (IBottomModel bottom in bottoms.Values)
                {
                    bottom.Dispose();
                }
            }
        }
    }

    private static byte[] ItemAt(ItemSet items, int index) => items.Items.Slice(index * ItemSet.ItemSize, ItemSet.ItemSize).ToArray();

    private static PartySeed SeedOf(Study study, PartyId party) =>
        PartySeed.Simulated(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"vfl/v1/simulated-seed/{study.Seed}/{party}"))));
}
