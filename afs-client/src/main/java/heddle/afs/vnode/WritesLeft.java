package heddle.afs.vnode;

import heddle.afs.Fid;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.cache.ByteRange;
import heddle.afs.cache.WriteBuffer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is left of the data written to a file, while nothing else happens to them. */
record WritesLeft(
    UnstoredData left,
    WriteBuffer.Changes changes,
    long dataVersion,
    Instant modified,
    Holder holder,
    WriteBuffer buffer)
    implements UnstoredWrites {
  @Override
  public Fid fid() {
    return left.fid();
  }

  @Override
  public long truncatedTo() {
    return changes.truncatedTo();
  }

  @Override
  public long grownTo() {
    return changes.grownTo();
  }

  @Override
  public String writer() {
    return holder.toString();
  }

  @Override
  public Optional<String> principal() {
    return holder.principal();
  }

  @Override
  public String reason() {
    return left.reason();
  }

  @Override
  public List<Range> ranges() {
    return changes.ranges().stream().map(each -> new Range(each.start(), each.end())).toList();
  }

  @Override
  public void read(ByteBuffer target, long offset) {
    int count = target.remaining();
    ByteBuffer window = target.slice();
    buffer.read(
        new ByteRange(offset, offset + count),
        window,
        0,
        gap -> {
          throw new IllegalArgumentException(gap + " was not written");
        });
    target.position(target.position() + count);
  }
}
