using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's features in cohort order, with the recipe that was fitted on the training rows alone.</summary>
internal sealed record PreparedFeatures(FeatureRecipe Recipe, FeatureMatrix Matrix)
{
    public static PreparedFeatures Fit(PartyInput input, IReadOnlyList<int> cohort, RowAssignment rows)
    {
        int[] training = [.. rows.TrainingRows.Select(r => cohort[r])];
        FeatureRecipe recipe = FeatureRecipe.Fit(input.Table, input.Selection.Columns, training);
        return new PreparedFeatures(recipe, recipe.Apply(input.Table, cohort));
    }
}
