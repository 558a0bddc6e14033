using System.Text;

namespace VerticalFL.Cli;

/// <summary>Passphrases: from an environment variable for machines, else asked on the terminal without echo.</summary>
internal static class Passphrase
{
    public const string OperatorVariable = "VFL_OPERATOR_PASSPHRASE";
    public const string AuthorityVariable = "VFL_CA_PASSPHRASE";

    private const int MinimumLength = 8;

    /// <summary>A new passphrase, asked twice.</summary>
    /// <exception cref="VerbException">It is too short, was typed differently, or there is neither variable nor terminal.</exception>
    public static string New(string variable, string prompt, TextWriter error)
    {
        string passphrase = Existing(variable, prompt, error);
        if (passphrase.Length < MinimumLength)
        {
            throw new VerbException(ExitCodes.Usage, $"The passphrase is shorter than {MinimumLength} characters; choose a longer one.");
        }

        return FromEnvironment(variable) is not null || Ask("Again: ", error) == passphrase
            ? passphrase
            : throw new VerbException(ExitCodes.Usage, "The two passphrases differ; nothing was made.");
    }

    /// <summary>The passphrase of a key that exists.</summary>
    /// <exception cref="VerbException">There is neither variable nor terminal.</exception>
    public static string Existing(string variable, string prompt, TextWriter error)
    {
        if (FromEnvironment(variable) is { } passphrase)
        {
            return passphrase;
        }

        return Console.IsInputRedirected
            ? throw new VerbException(ExitCodes.KeyUnusable, $"A passphrase is needed and there is no terminal to ask on; set {variable}.")
            : Ask(prompt, error);
    }

    private static string? FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static string Ask(string prompt, TextWriter error)
    {
        error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        error.WriteLine();
        return typed.ToString();
    }
}
