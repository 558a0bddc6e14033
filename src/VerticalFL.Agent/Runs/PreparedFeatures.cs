using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's features in cohort order, with the recipe that was fitted on the training rows alone.</summary>
internal sealed record PreparedFeatures(FeatureRecipe Recipe, FeatureMatrix Matrix)
{
    public static PreparedFeatures Fit(PartyInput input, IReadOnlyList<int> cohort, RowAssignment rows)
    {
        if (input.Declared is { } declared)
        {
            return new PreparedFeatures(declared, declared.Apply(input.Table, cohort));
        }

        int[] training = [.. rows.TrainingRows.Select(r => cohort[r])];
        FeatureRecipe recipe = FeatureRecipe.Fit(input.Table, input.Selection.Columns, training);
        return new PreparedFeatures(recipe, recipe.Apply(input.Table, cohort));
    }

    /// <summary>
    /// What a bottom model is made over: a label party may bring nothing but the outcome, and then its part of the sum is the projection of one constant zero.
    /// </summary>
    public static FeatureMatrix OrConstant(FeatureMatrix matrix, int rows) => matrix.Columns > 0 ? matrix : new FeatureMatrix(new float[rows], rows, 1, ["none"]);
}
