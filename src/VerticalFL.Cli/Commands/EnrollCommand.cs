using System.CommandLine;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl enroll</c></summary>
internal static class EnrollCommand
{
    public static Command Create()
    {
        Option<PartyId> party = PartyOption.Required("The party's id; 'coordinator' for the coordinator.");
        var directory = new Option<string>("--out") { Description = "The directory for keys and requests.", HelpName = "dir", Required = true };
        var person = new Option<string?>("--operator") { Description = "A person who will approve studies: a key of this name is made too.", HelpName = "name" };
        var onlyPerson = new Option<bool>("--operator-only") { Description = "Make the operator's key only: a further operator of an enrolled party." };
        var encrypt = new Option<bool>("--encrypt")
        {
            Description = $"Encrypt the operator's key by a passphrase, from {Passphrase.OperatorVariable} or asked on the terminal.",
        };
        var force = new Option<bool>("--force") { Description = "Replace keys that exist. The old ones are lost." };

        return new Verb(
            "enroll",
            "Make a party's keys and signing requests on its own machine. Nothing secret leaves it.",
            "vfl enroll --party hospital --operator alice --out keys")
        {
            party, directory, person, onlyPerson, encrypt, force,
        }.Run(context =>
        {
            string? name = context.Find(person);
            bool serviceToo = !context.Get(onlyPerson);
            if (name is null && (!serviceToo || context.Get(encrypt)))
            {
                throw new VerbException(ExitCodes.Usage, "--operator-only and --encrypt need --operator, the person's name.");
            }

            string? passphrase = context.Get(encrypt)
                ? Passphrase.New(Passphrase.OperatorVariable, $"New passphrase for operator {name}: ", context.Error)
                : null;
            string path = context.Get(directory);
            PartyId id = context.Get(party);
            bool replace = context.Get(force);
            IReadOnlyList<Enrolment> made = (name, serviceToo) switch
            {
                (null, _) => [Enrolment.CreateService(id, path, replace)],
                (_, false) => [Enrolment.CreateOperator(id, name, path, passphrase, replace)],
                _ => Enrolment.Create(id, name, path, passphrase, replace),
            };

            context.Result(
                made.Select(e => new { name = e.Identity.Uri, key = e.KeyPath, request = e.RequestPath, pin = e.Pin }),
                () => Lines(made));
        });
    }

    private static IEnumerable<string> Lines(IReadOnlyList<Enrolment> made)
    {
        foreach (Enrolment enrolment in made)
        {
            yield return $"{enrolment.Identity.Uri}";
            yield return $"  key      {enrolment.KeyPath} (stays here)";
            yield return $"  request  {enrolment.RequestPath} (send it to the consortium's steward)";
            yield return $"  pin      {enrolment.Pin}";
        }

        yield return "Read the pins to the steward by telephone, so that nobody else's key is signed in your name.";
    }
}
