using System.Net;
using System.Reflection;
using VerticalFL.Agent.Reports;

namespace VerticalFL.Simulation;

/// <summary>Shows a report where the caller is: as a page in a notebook, as text on a terminal.</summary>
public static class ReportDisplay
{
    private const string NotebookAssembly = "Microsoft.DotNet.Interactive";

    /// <summary>In a .NET Interactive notebook the whole report with its curves, elsewhere the main figures on standard output.</summary>
    public static void Display(this Report report) => Show(
        report, AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == NotebookAssembly), Console.Out);

    /// <summary>Shows a report in a given notebook, or as text without one.</summary>
    internal static void Show(Report report, Assembly? notebook, TextWriter output)
    {
        // Found by name, so that nobody who runs no notebook needs its packages.
        Type? kernel = notebook?.GetType(NotebookAssembly + ".Kernel");
        MethodInfo? html = kernel?.GetMethod("HTML", [typeof(string)]);
        MethodInfo? display = kernel?.GetMethod("display", [typeof(object), typeof(string[])]);
        if (html is null || display is null)
        {
            foreach (string line in ReportText.Lines(report))
            {
                output.WriteLine(line);
            }

            return;
        }

        // A frame of its own: the page's styles stay inside, the notebook's stay outside.
        string frame = $"<iframe sandbox=\"\" style=\"width:100%;height:1400px;border:0\" srcdoc=\"{WebUtility.HtmlEncode(ReportHtml.Render(report))}\"></iframe>";
        display.Invoke(null, [html.Invoke(null, [frame]), Array.Empty<string>()]);
    }
}
