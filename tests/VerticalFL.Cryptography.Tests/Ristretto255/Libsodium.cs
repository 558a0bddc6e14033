using System.Runtime.InteropServices;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

/// <summary>The few functions of an installed libsodium that serve as an oracle.</summary>
internal static unsafe class Libsodium
{
    private static readonly nint Library = Load();

    public static bool IsPresent => Library != 0;

    public static int FromHash(byte* element, byte* uniform) =>
        ((delegate* unmanaged<byte*, byte*, int>)Export("crypto_core_ristretto255_from_hash"))(element, uniform);

    public static int ScalarMultiply(byte* product, byte* scalar, byte* element) =>
        ((delegate* unmanaged<byte*, byte*, byte*, int>)Export("crypto_scalarmult_ristretto255"))(product, scalar, element);

    public static int IsValidPoint(byte* element) =>
        ((delegate* unmanaged<byte*, int>)Export("crypto_core_ristretto255_is_valid_point"))(element);

    private static nint Export(string name) => NativeLibrary.GetExport(Library, name);

    private static nint Load()
    {
        foreach (string name in new[] { "libsodium.so.23", "libsodium.so.26", "libsodium" })
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
