using System.Buffers.Binary;

namespace VerticalFL.Transport.Tests.Hostile;

/// <summary>Spoils bytes as a hostile peer would: flips, overwrites with telling values, inserts, deletes, repeats, cuts off.</summary>
internal static class Mutation
{
    private static readonly int[] Telling = [0, 1, -1, int.MaxValue, int.MinValue, 0x7f, 0x80, 0xff, 0x10000, 65545, 65549, 65550, 256 * 1024 * 1024, (256 * 1024 * 1024) + 1];

    public static byte[] Of(byte[] bytes, Random random)
    {
        var spoilt = new List<byte>(bytes);
        for (int i = random.Next(1, 4); i > 0 && spoilt.Count > 0; i--)
        {
            int at = random.Next(spoilt.Count);
            int some = Math.Min(random.Next(1, 20), spoilt.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    spoilt[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    spoilt[at] = (byte)random.Next(256);
                    break;
                case 2:
                    var four = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(four, Telling[random.Next(Telling.Length)]);
                    for (int k = 0; k < 4 && at + k < spoilt.Count; k++)
                    {
                        spoilt[at + k] = four[k];
                    }

                    break;
                case 3:
                    var noise = new byte[some];
                    random.NextBytes(noise);
                    spoilt.InsertRange(at, noise);
                    break;
                case 4:
                    spoilt.RemoveRange(at, some);
                    break;
                case 5:
                    spoilt.InsertRange(at, spoilt.GetRange(at, some));
                    break;
                case 6:
                    spoilt.RemoveRange(at, spoilt.Count - at);
                    break;
            }
        }

        return [.. spoilt];
    }
}
