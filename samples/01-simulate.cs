#:project ../src/VerticalFL.Simulation

// A whole consortium from C#: dotnet run -c Release samples/01-simulate.cs [FOLDER]
// FOLDER holds study.json and one PARTY.csv for each party; without it, patients are made up.
using VerticalFL.Agent.Reports;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Synthetic;

DirectoryInfo made = Directory.CreateTempSubdirectory("vfl-sample-");
try
{
    if (args.Length == 0)
    {
        await SyntheticCohort.WriteAsync(made.FullName, new SyntheticOptions { Patients = 800, Features = 24 });
    }

    var progress = new Progress<RunView>(run => Console.Error.WriteLine(
        $"{run.ElapsedSeconds,5:0.0} s  {string.Join("   ", run.Parties.Select(p => $"{p.Party} {p.Station} {p.Percent} %"))}"));

    var study = StudyFolder.Load(args.Length == 0 ? made.FullName : args[0]);
    await using var run = await Consortium.SimulateAsync(study, progress);
    Report report = await run.Completion;
    Console.WriteLine($"AUC on test patients: {report.Metrics.Test?.Auc:0.000}, {report.LabelParty} alone: {report.Baseline?.LabelPartyAlone.Test?.Auc:0.000}");
    report.Display();
}
finally
{
    made.Delete(recursive: true);
}
