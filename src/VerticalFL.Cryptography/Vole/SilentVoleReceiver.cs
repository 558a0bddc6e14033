// Silent vector oblivious linear evaluation: A = B + C Delta in GF(2^128), entry by entry; the receiver holds A and C, the sender B and
// Delta; C is pseudorandom to the sender, Delta uniform to the receiver.
//
// Reference: Raghuraman, Rindal, "Blazing Fast PSI from Improved OKVS and Subfield VOLE" (2022, ePrint 2022/320), section 5; the check of
// Weng, Yang, Katz, Wang, "Wolverine" (2021, ePrint 2020/925), section 5, all trees at once, with weights by Fiat-Shamir; code: ExConvCode.
// Steps    1 sender: request of 128 base transfers with Delta's bits as choices
//          2 receiver: answer; one extension carries the choices for t trees, the noise y_1 .. y_t and an element m for the check. It
//            gives transfers under Delta and small VOLEs b_i = a_i + y_i Delta, by summing columns with weights x^j
//          3 sender: sums of every tree's levels under the transfers' pads; for each tree b_i + sum of its leaves
//          4 receiver: leaves v except at the noisy point p, where it computes v_p + y_i Delta; check: sum of weighted noise plus m
//          5 sender: hash of the weighted sum of its leaves, corrected; the receiver compares with its own
//          Both encode: the relation is linear.
// Parameters: VoleParameters; AES-128 trees; messages in protocols/cryptography/vole.md.
// Adversary: malicious in both roles. The sender can guess parts of the noise's places, the receiver bits of Delta; each guess of k bits
// passes with probability 2^-k and is else refused. A party may bias its own outputs. Pseudorandomness of C is LPN.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

/// <summary>The side that gets A and C. One object, one exchange; a refusal ends it.</summary>
internal sealed class SilentVoleReceiver : IDisposable
{
    private readonly VoleParameters _parameters;
    private readonly byte[] _session;
    private readonly TweakableHash _hash;
    private readonly SecretBuffer<Gf128> _a;
    private readonly SecretBuffer<Gf128> _c;
    private readonly SecretBuffer<Gf128> _secondHalves;
    private readonly Gf128[] _choices;
    private readonly int[] _points;
    private readonly Gf128[] _expected = GC.AllocateArray<Gf128>(1, pinned: true);

    private OtExtensionReceiver? _extension;
    private byte[] _answer = [];
    private Step _step;

    /// <summary>Draws the noise.</summary>
    /// <param name="session">32 bytes, public, unique to the exchange and the pair of parties.</param>
    /// <param name="outputs">How many entries are needed.</param>
    public SilentVoleReceiver(ReadOnlySpan<byte> session, int outputs)
    {
        _session = BaseOtSuite.CopySession(session);
        _parameters = new VoleParameters(outputs);
        _hash = SilentVoleSuite.CreateHash(_session);
        _a = new SecretBuffer<Gf128>(_parameters.Dimension);
        _c = new SecretBuffer<Gf128>(_parameters.Dimension);
        _secondHalves = new SecretBuffer<Gf128>(_parameters.CodeLength);
        _points = GC.AllocateArray<int>(_parameters.NoiseWeight, pinned: true);
        _choices = GC.AllocateArray<Gf128>(_parameters.ExtensionBlocks, pinned: true);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_choices.AsSpan(_parameters.TransferBlocks)));
        for (int i = 0; i < _points.Length; i++)
        {
            _points[i] = RandomNumberGenerator.GetInt32(_parameters.BlockSize);
            for (int level = 0; level < _parameters.TreeDepth; level++)
            {
                int transfer = (i * _parameters.TreeDepth) + level;
                ulong bit = (ulong)PuncturableTree.Choice(_points[i], _parameters.TreeDepth, level) << (transfer % 64);
                _choices[transfer / 128] ^= transfer % 128 < 64 ? new Gf128(bit, 0) : new Gf128(0, bit);
            }
        }
    }

    private enum Step
    {
        Begin,
        Answered,
        Challenged,
        Ready,
        Ended,
    }

    /// <summary>A, as many entries as were asked for; after <see cref="TryFinish"/>.</summary>
    public ReadOnlySpan<Gf128> A => Result(_a);

    /// <summary>C, as many entries as were asked for; after <see cref="TryFinish"/>.</summary>
    public ReadOnlySpan<Gf128> C => Result(_c);

    /// <summary>Zeroes and releases C, which is needed no more.</summary>
    public void ReleaseC() => _c.Dispose();

    /// <summary>Step 2: answers the sender's request.</summary>
    /// <returns>Null when the request is refused.</returns>
    public ReadOnlyMemory<byte>? TryAnswer(ReadOnlySpan<byte> request)
    {
        Enter(Step.Begin);
        byte[] keys0 = GC.AllocateArray<byte>(BaseOtSuite.Count * BaseOtSuite.KeySize, pinned: true);
        byte[] keys1 = GC.AllocateArray<byte>(keys0.Length, pinned: true);
        byte[] answer = new byte[BaseOtSuite.AnswerSize + OtExtensionReceiver.MessageSize(_parameters.ExtensionBlocks)];
        if (!BaseOtSender.TryAnswer(_session, request, answer.AsSpan(0, BaseOtSuite.AnswerSize), keys0, keys1))
        {
            return null;
        }

        _extension = new OtExtensionReceiver(_session, keys0, keys1, _choices);
        _extension.Message.CopyTo(answer.AsMemory(BaseOtSuite.AnswerSize));
        CryptographicOperations.ZeroMemory(keys0);
        CryptographicOperations.ZeroMemory(keys1);
        _answer = answer;
        _step = Step.Answered;
        return answer;
    }

    /// <summary>Step 4: expands the punctured trees.</summary>
    /// <param name="sums">The sender's second message.</param>
    /// <returns>The challenge, 16 bytes; null when the message has a wrong length.</returns>
    public ReadOnlyMemory<byte>? TryExpand(ReadOnlyMemory<byte> sums)
    {
        Enter(Step.Answered);
        if (sums.Length != _parameters.SumsSize)
        {
            return null;
        }

        ExpandTrees(MemoryMarshal.Cast<byte, Gf128>(sums.Span));
        byte[] key = SilentVoleSuite.CheckKey(_session, _answer, sums);
        byte[] challenge = new byte[Gf128.Size];
        (Gf128 ofC, Gf128 ofA) = SilentVoleSuite.Weigh(key, _c.Span, _a.Span, _secondHalves.Span);
        (ofC ^ _choices[^1]).Write(challenge);
        _expected[0] = ofA ^ _extension!.Combine(_parameters.ExtensionBlocks - 1);
        _extension.Dispose();
        _answer = [];
        _step = Step.Challenged;
        return challenge;
    }

    /// <summary>Checks the sender's proof and encodes.</summary>
    /// <param name="proof">The sender's last message.</param>
    /// <returns>False when the sender has deviated: nothing of this exchange may be used.</returns>
    public bool TryFinish(ReadOnlySpan<byte> proof)
    {
        Enter(Step.Challenged);
        if (!CryptographicOperations.FixedTimeEquals(SilentVoleSuite.Proof(_session, _expected[0]), proof))
        {
            return false;
        }

        using var code = new ExConvCode(_session, _parameters.Dimension);
        code.Encode(_c.Span, _a.Span, _secondHalves.Span);
        _secondHalves.Dispose();
        _step = Step.Ready;
        return true;
    }

    /// <summary>Zeroes all secrets and the outputs.</summary>
    public void Dispose()
    {
        _step = Step.Ended;
        _a.Dispose();
        _c.Dispose();
        _secondHalves.Dispose();
        _extension?.Dispose();
        _hash.Dispose();
        foreach (Gf128[] secret in (Gf128[][])[_choices, _expected])
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret.AsSpan()));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_points.AsSpan()));
    }

    private void ExpandTrees(ReadOnlySpan<Gf128> sums)
    {
        int depth = _parameters.TreeDepth;
        Gf128[] known = GC.AllocateArray<Gf128>(_parameters.Transfers, pinned: true);
        for (int block = 0; block < _parameters.TransferBlocks; block++)
        {
            Span<Gf128> pads = known.AsSpan(block * 128, 128);
            RandomOt.ReceiverPads(_extension!, _hash, SilentVoleSuite.PadDomain, block, pads);
            for (int i = 0; i < pads.Length; i++)
            {
                int at = 2 * ((block * 128) + i);
                pads[i] ^= sums[at] ^ ((sums[at] ^ sums[at + 1]) & Gf128.Mask(_choices[block].Bit(i)));
            }
        }

        using var trees = new PuncturableTree(_hash, _parameters.BlockSize, depth);
        using var apart = new SecretBuffer<Gf128>(_parameters.BlockSize);
        for (int i = 0; i < _parameters.NoiseWeight; i++)
        {
            int at = i % _parameters.HalfWeight * _parameters.BlockSize;
            bool second = i >= _parameters.HalfWeight;
            Span<Gf128> leaves = second ? apart.Span : _a.Span.Slice(at, _parameters.BlockSize);
            int block = _parameters.TransferBlocks + i;
            Gf128 others = trees.ExpandPunctured(i, _points[i], known.AsSpan(i * depth, depth), leaves);
            Gf128 missing = sums[(2 * _parameters.Transfers) + i] ^ _extension!.Combine(block) ^ others;
            PuncturableTree.SetAt(leaves, _points[i], missing);
            if (second)
            {
                Pair(_points[i], _choices[block], leaves, _secondHalves.Span.Slice(2 * at, 2 * _parameters.BlockSize));
            }
            else
            {
                PuncturableTree.SetAt(_c.Span.Slice(at, _parameters.BlockSize), _points[i], _choices[block]);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(known.AsSpan()));
    }

    /// <summary>C and A in turns, as the code takes them; C is 0 but for one entry. No access depends on which.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair(int point, Gf128 noise, ReadOnlySpan<Gf128> a, Span<Gf128> pairs)
    {
        ReadOnlySpan<Vector128<ulong>> leaves = MemoryMarshal.Cast<Gf128, Vector128<ulong>>(a);
        Span<Vector128<ulong>> to = MemoryMarshal.Cast<Gf128, Vector128<ulong>>(pairs);
        Vector128<ulong> wanted = Vector128.Create((ulong)(uint)point), set = Unsafe.BitCast<Gf128, Vector128<ulong>>(noise);
        Vector128<ulong> at = Vector128<ulong>.Zero;
        for (int i = 0; i < leaves.Length; i++)
        {
            to[2 * i] = set & Vector128.Equals(at, wanted);
            to[(2 * i) + 1] = leaves[i];
            at += Vector128<ulong>.One;
        }
    }

    private ReadOnlySpan<Gf128> Result(SecretBuffer<Gf128> vector) => _step == Step.Ready
        ? vector.Span[.._parameters.Outputs]
        : throw new InvalidOperationException("The exchange has not finished.");

    private void Enter(Step due)
    {
        if (_step != due)
        {
            throw new InvalidOperationException($"The exchange is at step {_step}, not at {due}; start a new one after a refusal.");
        }

        _step = Step.Ended;
    }
}
