using System.CommandLine;
using System.Text.Json;
using VerticalFL.Agent;
using VerticalFL.Coordinator;
using VerticalFL.Transport.Local;

namespace VerticalFL.Cli.Commands;

/// <summary>The service on this machine that a configuration file describes, and the client of its control socket.</summary>
internal sealed class LocalService : IDisposable
{
    private LocalService(AgentOptions? agent, CoordinatorOptions? coordinator)
    {
        Agent = agent;
        Coordinator = coordinator;
        Client = new LocalClient(agent?.StateDirectory ?? coordinator!.StateDirectory);
    }

    public AgentOptions? Agent { get; }

    public CoordinatorOptions? Coordinator { get; }

    public LocalClient Client { get; }

    public static Option<string> ConfigOption() => new("--config")
    {
        Description = "The configuration of the agent or coordinator on this machine.", HelpName = "file", Required = true,
    };

    /// <summary>Reads the configuration; one with a party is an agent's.</summary>
    public static LocalService Open(string config)
    {
        bool agent;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(config));
            agent = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("party", out _);
        }
        catch (JsonException e)
        {
            throw new VerbException(ExitCodes.ConfigurationInvalid, $"{config} is not JSON: {e.Message}", e);
        }

        return agent ? new LocalService(AgentOptions.Load(config), null) : new LocalService(null, CoordinatorOptions.Load(config));
    }

    /// <summary>Opens the coordinator's service.</summary>
    public static LocalService OpenCoordinator(string config)
    {
        LocalService service = Open(config);
        if (service.Coordinator is not null)
        {
            return service;
        }

        service.Dispose();
        throw new VerbException(ExitCodes.Usage, $"{config} is an agent's configuration: this verb speaks to the coordinator, give its --config.");
    }

    /// <summary>Opens an agent's service.</summary>
    public static LocalService OpenAgent(string config)
    {
        LocalService service = Open(config);
        if (service.Agent is not null)
        {
            return service;
        }

        service.Dispose();
        throw new VerbException(ExitCodes.Usage, $"{config} is the coordinator's configuration: this verb speaks to a party's agent, give its --config.");
    }

    public void Dispose() => Client.Dispose();
}
