using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OwnEngine;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>One party computes its bottom model with an engine of its own; nobody else has to know.</summary>
public sealed class OwnEngineTests
{
    private static readonly string Assembly = typeof(QuadraticEngine).Assembly.Location;

    [Fact]
    public async Task A_party_with_its_own_engine_trains_with_the_others_and_repeats()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Assembly)));

        Report plain = await RunAsync(_ => { });
        Report own = await RunAsync(lab => lab["engine"] = Engine(hash));
        Report again = await RunAsync(lab => lab["engine"] = Engine(hash));

        Assert.True(own.Metrics.Test!.Auc > 0.7, $"AUC {own.Metrics.Test.Auc}");
        Assert.NotEqual(plain.Model.Sha256, own.Model.Sha256);
        Assert.Equal(own.Model.Sha256, again.Model.Sha256);
    }

    [Fact]
    public async Task The_model_does_not_show_on_how_many_threads_a_party_trains()
    {
        Report one = await RunAsync(_ => { }, Widen);
        Report three = await RunAsync(lab => lab["engine"] = new JsonObject { ["threads"] = 3 }, Widen);

        Assert.Equal(one.Model.Sha256, three.Model.Sha256);

        // Only large products are shared.
        static void Widen(JsonObject study)
        {
            study["model"]!["bottoms"] = new JsonObject { ["lab"] = new JsonObject { ["layers"] = new JsonArray(2048) } };
            study["training"] = new JsonObject { ["epochs"] = 4, ["batch"] = 128 };
        }
    }

    [Fact]
    public async Task An_agent_does_not_start_with_another_file_than_the_one_it_was_told()
    {
        SimulationException refused = await Assert.ThrowsAsync<SimulationException>(() => RunAsync(lab => lab["engine"] = Engine(new string('0', 64))));

        Assert.Contains("engine.sha256", refused.Message, StringComparison.Ordinal);
    }

    private static JsonObject Engine(string hash) => new() { ["assembly"] = Assembly, ["sha256"] = hash };

    private static async Task<Report> RunAsync(Action<JsonObject> changeLab, Action<JsonObject>? changeStudy = null)
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 30;
        changeStudy?.Invoke(study.Json);
        study.Write();
        await using Consortium consortium = await Consortium.SimulateAsync(
            StudyFolder.Load(study.Folder), new ChangedStarter(changeLab), null, TestContext.Current.CancellationToken);
        return await consortium.Completion;
    }

    /// <summary>Starts services in this process, the lab's agent with a changed configuration.</summary>
    private sealed class ChangedStarter(Action<JsonObject> changeLab) : IServiceStarter
    {
        private readonly InProcessStarter _services = new();

        public Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken)
        {
            JsonObject json = JsonNode.Parse(File.ReadAllBytes(configuration))!.AsObject();
            if (json["party"]?.GetValue<string>() == "lab")
            {
                changeLab(json);
                File.WriteAllText(configuration, json.ToJsonString());
            }

            return _services.StartAsync(verb, configuration, cancellationToken);
        }
    }
}
