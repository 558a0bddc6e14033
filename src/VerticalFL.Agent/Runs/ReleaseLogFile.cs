using System.Text;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Training.Privacy;

namespace VerticalFL.Agent.Runs;

/// <summary>A run's draws of noise, sealed in its folder and on disk before each is used; it outlives attempts.</summary>
internal sealed class ReleaseLogFile : IReleaseLog, IDisposable
{
    public const string FileName = "releases.sealed";
    private const int TagSize = 32;
    private readonly Action<string, byte[], PrivacyLoss> _again;
    private readonly Dictionary<string, HashSet<string>> _drawn = [];
    private readonly SealedLog _file;

    /// <param name="path">The file.</param>
    /// <param name="key">The party's storage key.</param>
    /// <param name="self">The party.</param>
    /// <param name="again">Charges for another draw at a place.</param>
    /// <exception cref="StorageException">The file was changed, or sealed by another key.</exception>
    public ReleaseLogFile(string path, StorageKey key, PartyId self, Action<string, byte[], PrivacyLoss> again)
    {
        _again = again;
        _file = SealedLog.Open(path, "releases", key, self, record => Note(Encoding.UTF8.GetString(record.AsSpan(TagSize)), record.AsSpan(0, TagSize)));
    }

    /// <inheritdoc/>
    public void Enter(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss)
    {
        if (_drawn.TryGetValue(place, out HashSet<string>? tags))
        {
            if (tags.Contains(Convert.ToHexString(tag)))
            {
                return;
            }

            _again(place, tag.ToArray(), loss);
        }

        _file.Append([.. tag, .. Encoding.UTF8.GetBytes(place)]);
        Note(place, tag);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Note(string place, ReadOnlySpan<byte> tag)
    {
        if (!_drawn.TryGetValue(place, out HashSet<string>? tags))
        {
            _drawn.Add(place, tags = []);
        }

        tags.Add(Convert.ToHexString(tag));
    }
}
