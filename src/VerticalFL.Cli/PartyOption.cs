using System.CommandLine;
using VerticalFL.Messages;

namespace VerticalFL.Cli;

/// <summary>An option whose value is a party id, refused by the parser when it is none.</summary>
internal static class PartyOption
{
    public static Option<PartyId> Required(string description) => new("--party")
    {
        Description = description,
        HelpName = "id",
        Required = true,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (PartyId.IsValid(text))
            {
                return new PartyId(text);
            }

            result.AddError($"'{text}' is not a party id: use 1 to {PartyId.MaxLength} lower-case letters, digits and hyphens, first a letter.");
            return default;
        },
    };
}
