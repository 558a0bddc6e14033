using System.Text;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Agent.Tests.Studies;

public sealed class StudyOutlookTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData(""", "alternatives": [{ "preset": "linear" }]""", true)]
    [InlineData(""", "training": { "earlyStopping": { "refit": true } }""", true)]
    public void Of_names_the_choice_of_a_model_wherever_it_is_sent(string more, bool sent)
    {
        Study study = StudyDocument.Expand(Encoding.UTF8.GetBytes(
            $$"""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }{{more}} }""")).Study;

        PartyOutlook label = Assert.Single(StudyOutlook.Of(study, _ => Policy.Default), p => p.HoldsLabel);

        Assert.Equal(sent, label.Sends.Any(m => m.Message == "ModelChoice"));
    }
}
