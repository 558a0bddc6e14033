using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Models;

/// <summary>Lays out the layers that a study's settings describe. Layer names are part of states and hashes.</summary>
internal static class NetworkBuilder
{
    /// <summary>The preset whose top model is the sum at the cut and its bias, and nothing else.</summary>
    public const string LinearPreset = "linear";

    private const int MaximumWidth = 65_536;

    public static IReadOnlyList<Layer> Bottom(
        int inputs, BottomSettings settings, int cutWidth, ReadOnlySpan<byte> seed, EngineContext context)
    {
        RequireRate(settings.InputDropout, "inputDropout");
        RequireRate(settings.Dropout, "dropout");
        RequireWidth(cutWidth, "cut");
        var layers = new List<Layer>();
        if (settings.InputDropout > 0)
        {
            layers.Add(new DropoutLayer("input.dropout", inputs, settings.InputDropout, seed, context));
        }

        int width = Hidden(layers, inputs, settings.Layers, settings.Activation, settings.Dropout, settings.LayerNorm, seed, context);
        layers.Add(new DenseLayer("cut", width, cutWidth, hasBias: false, seed, context));
        return layers;
    }

    public static IReadOnlyList<Layer> Top(ModelSettings settings, int outputs, ReadOnlySpan<byte> seed, EngineContext context)
    {
        RequireRate(settings.TopDropout, "topDropout");
        RequireWidth(settings.Cut, "cut");
        RequireWidth(outputs, "number of outputs");
        var layers = new List<Layer> { new BiasLayer("cut", settings.Cut, context) };
        if (settings.Preset == LinearPreset)
        {
            if (settings.Cut != outputs || settings.Top.Count != 0)
            {
                throw new ArgumentException(
                    $"A linear model's cut is its {outputs} outputs and its top has no layer; "
                    + $"cut is {settings.Cut} and top has {settings.Top.Count}.");
            }

            return layers;
        }

        RequireActivation(settings.TopActivation);
        layers.Add(new ActivationLayer("cut.activation", settings.Cut, settings.TopActivation, context));
        if (settings.TopDropout > 0)
        {
            layers.Add(new DropoutLayer("cut.dropout", settings.Cut, settings.TopDropout, seed, context));
        }

        int width = Hidden(layers, settings.Cut, settings.Top, settings.TopActivation, settings.TopDropout, layerNorm: false, seed, context);
        layers.Add(new DenseLayer("output", width, outputs, hasBias: true, seed, context));
        return layers;
    }

    private static int Hidden(
        List<Layer> layers,
        int inputs,
        IReadOnlyList<int> widths,
        Activation activation,
        double dropout,
        bool layerNorm,
        ReadOnlySpan<byte> seed,
        EngineContext context)
    {
        RequireActivation(activation);
        int width = inputs;
        for (int i = 0; i < widths.Count; i++)
        {
            string name = $"hidden{i + 1}";
            int next = widths[i];
            RequireWidth(next, "width of a hidden layer");
            layers.Add(new DenseLayer(name, width, next, hasBias: true, seed, context));
            if (layerNorm)
            {
                layers.Add(new LayerNormLayer($"{name}.norm", next, context));
            }

            layers.Add(new ActivationLayer($"{name}.activation", next, activation, context));
            if (dropout > 0)
            {
                layers.Add(new DropoutLayer($"{name}.dropout", next, dropout, seed, context));
            }

            width = next;
        }

        return width;
    }

    private static void RequireRate(double rate, string name)
    {
        if (!(rate is >= 0 and < 1))
        {
            throw new ArgumentException($"A model's {name} is at least 0 and below 1; it is {rate}.");
        }
    }

    private static void RequireWidth(int width, string name)
    {
        if (width is < 1 or > MaximumWidth)
        {
            throw new ArgumentException($"A model's {name} is 1 to {MaximumWidth}; it is {width}.");
        }
    }

    private static void RequireActivation(Activation activation)
    {
        if (!Enum.IsDefined(activation))
        {
            throw new ArgumentException($"There is no activation {activation}; choose relu, gelu or tanh.");
        }
    }
}
