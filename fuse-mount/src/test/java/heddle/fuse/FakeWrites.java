package heddle.fuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import heddle.afs.Fid;
import heddle.afs.UnstoredWrites;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Data that were written from an offset on, and are not stored. */
public record FakeWrites(
    Fid fid,
    String data,
    long offset,
    long dataVersion,
    long truncatedTo,
    String reason,
    Optional<String> who,
    String writer)
    implements UnstoredWrites {
  public FakeWrites(Fid fid, String data) {
    this(fid, data, 0, UNKNOWN_VERSION, NOT_TRUNCATED, "for a test", Optional.empty(), "uid 1000");
  }

  public FakeWrites because(String why) {
    return new FakeWrites(fid, data, offset, dataVersion, truncatedTo, why, who, writer);
  }

  public FakeWrites over(long version) {
    return new FakeWrites(fid, data, offset, version, truncatedTo, reason, who, writer);
  }

  public FakeWrites at(long start) {
    return new FakeWrites(fid, data, start, dataVersion, truncatedTo, reason, who, writer);
  }

  public FakeWrites afterTruncation() {
    return new FakeWrites(fid, data, offset, dataVersion, 0, reason, who, writer);
  }

  @Override
  public long grownTo() {
    return offset + data.length();
  }

  @Override
  public Instant modified() {
    return Instant.ofEpochSecond(1_700_000_000);
  }

  @Override
  public Optional<String> principal() {
    return who;
  }

  /** The same by somebody with a token. */
  public FakeWrites by(String principal) {
    return new FakeWrites(
        fid, data, offset, dataVersion, truncatedTo, reason, Optional.of(principal), writer);
  }

  @Override
  public List<Range> ranges() {
    return List.of(new Range(offset, grownTo()));
  }

  @Override
  public void read(ByteBuffer target, long from) {
    target.put(data.getBytes(ISO_8859_1), (int) (from - offset), target.remaining());
  }

  public FakeWrites from(String user) {
    return new FakeWrites(fid, data, offset, dataVersion, truncatedTo, reason, who, user);
  }
}
