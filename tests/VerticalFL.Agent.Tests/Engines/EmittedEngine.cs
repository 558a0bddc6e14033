using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using VerticalFL.Training.Engines;

namespace VerticalFL.Agent.Tests.Engines;

/// <summary>An engine whose name is told by a second assembly, as a folder: what dotnet publish would write.</summary>
internal static class EmittedEngine
{
    public const string Name = "FolderEngine";
    public const string PartName = "FolderPart";

    public static void Write(string folder, string engineName)
    {
        Directory.CreateDirectory(folder);
        string part = Path.Combine(folder, $"{PartName}.dll");
        WritePart(part, engineName);

        // Only to refer to the method: a context that goes away, from a stream, so that the file stays free.
        var scratch = new AssemblyLoadContext("scratch", isCollectible: true);
        using (var bytes = new MemoryStream(File.ReadAllBytes(part)))
        {
            WriteEngine(Path.Combine(folder, $"{Name}.dll"), scratch.LoadFromStream(bytes).GetType("Words")!.GetMethod("Name")!);
        }

        scratch.Unload();
        File.WriteAllText(Path.Combine(folder, $"{Name}.deps.json"), $$"""
            {
              "runtimeTarget": { "name": ".NETCoreApp,Version=v10.0", "signature": "" },
              "targets": { ".NETCoreApp,Version=v10.0": {
                "{{Name}}/1.0.0": { "dependencies": { "{{PartName}}": "1.0.0" }, "runtime": { "{{Name}}.dll": {} } },
                "{{PartName}}/1.0.0": { "runtime": { "{{PartName}}.dll": {} } } } },
              "libraries": {
                "{{Name}}/1.0.0": { "type": "project", "serviceable": false, "sha512": "" },
                "{{PartName}}/1.0.0": { "type": "reference", "serviceable": false, "sha512": "" } }
            }
            """);
    }

    private static void WritePart(string path, string engineName)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(PartName), typeof(object).Assembly);
        TypeBuilder words = assembly.DefineDynamicModule(PartName).DefineType("Words", TypeAttributes.Public);
        ILGenerator code = words.DefineMethod("Name", MethodAttributes.Public | MethodAttributes.Static, typeof(string), []).GetILGenerator();
        code.Emit(OpCodes.Ldstr, engineName);
        code.Emit(OpCodes.Ret);
        words.CreateType();
        assembly.Save(path);
    }

    private static void WriteEngine(string path, MethodInfo name)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Name), typeof(object).Assembly);
        TypeBuilder engine = assembly.DefineDynamicModule(Name).DefineType("Engine", TypeAttributes.Public, typeof(object), [typeof(IBottomEngine)]);
        engine.DefineDefaultConstructor(MethodAttributes.Public);
        Implement("get_Name", code => code.Emit(OpCodes.Call, name));
        Implement("get_Version", code => code.Emit(OpCodes.Ldstr, "1"));
        Implement(nameof(IBottomEngine.Create), code => code.Emit(OpCodes.Ldnull));
        engine.CreateType();
        assembly.Save(path);

        void Implement(string method, Action<ILGenerator> body)
        {
            MethodInfo declared = typeof(IBottomEngine).GetMethod(method)!;
            ILGenerator code = engine.DefineMethod(
                method, MethodAttributes.Public | MethodAttributes.Virtual, declared.ReturnType, [.. declared.GetParameters().Select(p => p.ParameterType)]).GetILGenerator();
            body(code);
            code.Emit(OpCodes.Ret);
        }
    }
}
