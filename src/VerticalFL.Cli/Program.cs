using VerticalFL.Cli;

using var stop = new StopSignal();
return await VflProgram.RunAsync(args, Console.Out, Console.Error, stop.Token);
