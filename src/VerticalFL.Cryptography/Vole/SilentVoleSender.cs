// The sender's side of the silent VOLE; reference, parameters and adversary in SilentVoleReceiver.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

/// <summary>The side that gets B and Delta. One object, one exchange; a refusal ends it.</summary>
internal sealed class SilentVoleSender : IDisposable
{
    private readonly VoleParameters _parameters;
    private readonly byte[] _session;
    private readonly TweakableHash _hash;
    private readonly BaseOtReceiver _base;
    private readonly SecretBuffer<Gf128> _b;
    private readonly SecretBuffer<Gf128> _secondHalf;
    private readonly Gf128[] _delta = GC.AllocateArray<Gf128>(1, pinned: true);
    private readonly Gf128[] _mask = GC.AllocateArray<Gf128>(1, pinned: true);

    private byte[] _checkKey = [];
    private Step _step;

    /// <summary>Draws Delta.</summary>
    /// <param name="session">32 bytes, public, unique to the exchange and the pair of parties.</param>
    /// <param name="outputs">How many entries are needed.</param>
    public SilentVoleSender(ReadOnlySpan<byte> session, int outputs)
    {
        _session = BaseOtSuite.CopySession(session);
        _parameters = new VoleParameters(outputs);
        _hash = SilentVoleSuite.CreateHash(_session);
        _delta[0] = Gf128.Random();
        _base = new BaseOtReceiver(_session, _delta[0]);
        _b = new SecretBuffer<Gf128>(_parameters.Dimension);
        _secondHalf = new SecretBuffer<Gf128>(_parameters.Dimension);
    }

    private enum Step
    {
        Begin,
        Expanded,
        Ready,
        Ended,
    }

    /// <summary>Step 1: the first message.</summary>
    public ReadOnlyMemory<byte> Request => _base.Request;

    /// <summary>Delta; after <see cref="TryProve"/>.</summary>
    public Gf128 Delta => Ready(_delta[0]);

    /// <summary>B, as many entries as were asked for; after <see cref="TryProve"/>.</summary>
    public ReadOnlySpan<Gf128> B => Ready(_b).Span[.._parameters.Outputs];

    /// <summary>B[first + i] += vector[i] Delta: the receiver's C becomes C + vector. After <see cref="TryProve"/>.</summary>
    public void Correct(int first, ReadOnlySpan<Gf128> vector) =>
        Gf128Vector.MultiplyAdd(vector, Delta, _b.Span[.._parameters.Outputs].Slice(first, vector.Length));

    /// <summary>Step 3: takes the receiver's answer and expands the trees.</summary>
    /// <returns>The second message; null when the answer is refused.</returns>
    public ReadOnlyMemory<byte>? TryExpand(ReadOnlyMemory<byte> answer)
    {
        Enter(Step.Begin);
        byte[] keys = GC.AllocateArray<byte>(BaseOtSuite.Count * BaseOtSuite.KeySize, pinned: true);
        if (answer.Length < BaseOtSuite.AnswerSize || !_base.TryFinish(answer.Span[..BaseOtSuite.AnswerSize], keys))
        {
            return null;
        }

        using OtExtensionSender? extension = OtExtensionSender.TryExtend(
            _session, _delta[0], keys, _parameters.ExtensionBlocks, answer[BaseOtSuite.AnswerSize..]);
        CryptographicOperations.ZeroMemory(keys);
        if (extension is null)
        {
            return null;
        }

        byte[] sums = new byte[_parameters.SumsSize];
        ExpandTrees(extension, MemoryMarshal.Cast<byte, Gf128>(sums.AsSpan()));
        _mask[0] = extension.Combine(_parameters.ExtensionBlocks - 1);
        _checkKey = SilentVoleSuite.CheckKey(_session, answer, sums);
        _step = Step.Expanded;
        return sums;
    }

    /// <summary>Step 5: answers the receiver's challenge and encodes.</summary>
    /// <returns>The proof, 32 bytes; null when the challenge has a wrong length.</returns>
    public ReadOnlyMemory<byte>? TryProve(ReadOnlySpan<byte> challenge)
    {
        Enter(Step.Expanded);
        if (challenge.Length != Gf128.Size)
        {
            return null;
        }

        Gf128 value = SilentVoleSuite.Weigh(_checkKey, _b.Span, _secondHalf.Span) ^ _mask[0] ^ (Gf128.Read(challenge) * _delta[0]);
        using var code = new ExConvCode(_session, _parameters.Dimension);
        code.Encode(_b.Span, _secondHalf.Span);
        _secondHalf.Dispose();
        _step = Step.Ready;
        return SilentVoleSuite.Proof(_session, value);
    }

    /// <summary>Zeroes all secrets and the outputs.</summary>
    public void Dispose()
    {
        _step = Step.Ended;
        _b.Dispose();
        _secondHalf.Dispose();
        _base.Dispose();
        _hash.Dispose();
        foreach (Gf128[] secret in (Gf128[][])[_delta, _mask])
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret.AsSpan()));
        }
    }

    private void ExpandTrees(OtExtensionSender extension, Span<Gf128> sums)
    {
        int depth = _parameters.TreeDepth;
        Span<Gf128> masked = sums[..(2 * _parameters.Transfers)];
        using var trees = new PuncturableTree(_hash, _parameters.BlockSize, depth);
        for (int i = 0; i < _parameters.NoiseWeight; i++)
        {
            Span<Gf128> half = i < _parameters.HalfWeight ? _b.Span : _secondHalf.Span;
            Span<Gf128> leaves = half.Slice(i % _parameters.HalfWeight * _parameters.BlockSize, _parameters.BlockSize);
            trees.Expand(i, Gf128.Random(), leaves, masked.Slice(i * 2 * depth, 2 * depth));

            // The two sums of the last level are that of all leaves.
            ReadOnlySpan<Gf128> last = masked.Slice((2 * (i + 1) * depth) - 2, 2);
            sums[masked.Length + i] = extension.Combine(_parameters.TransferBlocks + i) ^ last[0] ^ last[1];
        }

        Span<Gf128> zero = stackalloc Gf128[128];
        Span<Gf128> one = stackalloc Gf128[128];
        for (int block = 0; block < _parameters.TransferBlocks; block++)
        {
            RandomOt.SenderPads(extension, _delta[0], _hash, SilentVoleSuite.PadDomain, block, zero, one);
            for (int i = 0; i < zero.Length; i++)
            {
                int at = 2 * ((block * 128) + i);
                masked[at] ^= zero[i];
                masked[at + 1] ^= one[i];
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(zero));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(one));
    }

    private T Ready<T>(T result) => _step == Step.Ready ? result : throw new InvalidOperationException("The exchange has not finished.");

    private void Enter(Step due)
    {
        if (_step != due)
        {
            throw new InvalidOperationException($"The exchange is at step {_step}, not at {due}; start a new one after a refusal.");
        }

        _step = Step.Ended;
    }
}
