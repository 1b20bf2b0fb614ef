package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.cache.WriteBuffer;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Writes files: keeps what is written, and stores it when it has to be. Thread-safe.
 *
 * <p>All that wait in one file are of one writer, for each store is made with the identity of
 * whoever wrote; if somebody else writes, what the first wrote is stored before.
 */
final class FileWriter {
  private static final int STEP_BYTES = 1 << 18; // memory is asked for in steps of so many

  private final WriteBack writeBack;
  private final Lifetime lifetime;
  private final InstantSource time;

  FileWriter(WriteBack writeBack, Lifetime lifetime, InstantSource time) {
    this.writeBack = writeBack;
    this.lifetime = lifetime;
    this.time = time;
  }

  /**
   * Who writes.
   *
   * @param condition what has to be so when the data are taken, perhaps long after the write began
   */
  record Writer(Holder holder, DirtyFile.Condition condition) {}

  /** One change of the buffer. */
  private interface Body {
    DirtyFile.Outcome apply(DirtyFile.Change change) throws AfsException;
  }

  /** Writes all of {@code source}; blocks while there is no memory for it. */
  void write(Vnode vnode, Writer writer, ByteBuffer source, long offset, Request request)
      throws AfsException {
    DirtyFile file = vnode.dirty();
    storeDelayed(file, request);
    long position = offset;
    while (source.hasRemaining()) {
      int count = Math.min(source.remaining(), STEP_BYTES);
      ByteBuffer step = source.slice(source.position(), count);
      long at = position;
      DirtyFile.Outcome outcome =
          change(
              file,
              writer,
              count + WriteBuffer.SLACK_BYTES,
              request,
              change -> file.write(step, at, change));
      source.position(source.position() + count);
      position += count;
      if (DirtyFile.isLong(outcome.together())) {
        writeBack.start(file, StoreTurn.Amount.LONG);
      }
    }
  }

  /** Makes the file {@code length} bytes long. */
  void truncate(Vnode vnode, Writer writer, long length, Request request) throws AfsException {
    DirtyFile file = vnode.dirty();
    storeDelayed(file, request);
    change(file, writer, 0, request, change -> file.truncate(length, change));
  }

  /** A file that could not be stored takes no more data before it can. */
  private void storeDelayed(DirtyFile file, Request request) throws AfsException {
    if (file.delay().isPresent()) {
      storeFormer(file, request);
    }
  }

  private DirtyFile.Outcome change(
      DirtyFile file, Writer writer, long reserved, Request request, Body body)
      throws AfsException {
    while (true) {
      writeBack.reserve(file, reserved, request);
      long surplus = reserved;
      DirtyFile.Outcome outcome;
      try {
        Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS); // servers keep no more
        outcome =
            body.apply(
                new DirtyFile.Change(
                    writer.holder(), writer.condition(), now, lifetime.clock().nanoTime()));
        surplus -= outcome.memoryGrowth();
      } finally {
        writeBack.add(file); // not earlier: a store that ends removes what is clean
        writeBack.giveBack(file, surplus);
      }
      if (outcome.done()) {
        return outcome;
      }
      storeFormer(file, request);
    }
  }

  /** Stores what somebody wrote before. That it failed is the former writer's, who is told. */
  private void storeFormer(DirtyFile file, Request request) throws AfsException {
    if (file.isDirty()) {
      try {
        writeBack.storeAll(file, Durability.STORED, request);
      } catch (AfsException e) {
        if (file.isDirty()) {
          throw e;
        }
      }
    }
  }

  /**
   * Stores all data of the file; blocks until they are where {@code durability} says.
   *
   * @throws AfsException as the store failed
   */
  void store(Vnode vnode, Durability durability, Request request) throws AfsException {
    DirtyFile file = vnode.dirtyIfAny();
    if (file != null) {
      writeBack.storeAll(file, durability, request);
    }
  }

  /**
   * Stores all data of the file, those that wait with {@code time} as that of their writing.
   * Returns the status with which the server has taken both; empty if the time is to be set still.
   *
   * @throws AfsException as the store failed
   */
  Optional<KnownStatus> store(Vnode vnode, Instant time, Request request) throws AfsException {
    DirtyFile file = vnode.dirtyIfAny();
    boolean dated = file != null && file.date(time, request.caller());
    store(vnode, Durability.STORED, request);
    // somebody may have written more meanwhile, or a store have been under way
    return Optional.ofNullable(dated ? vnode.believedBy(request) : null)
        .filter(known -> known.status().clientModified().equals(time));
  }

  /** Drops data of a file that is going to be removed. */
  void discard(Vnode vnode) {
    DirtyFile file = vnode.dirtyIfAny();
    if (file != null) {
      writeBack.discard(file);
    }
  }

  /** Gives up what was written and waits; each writer is told that it is lost. */
  void lose(Vnode vnode, AfsException cause) {
    DirtyFile file = vnode.dirtyIfAny();
    if (file != null) {
      writeBack.lose(file, cause);
    }
  }

  /** Ends a store that is under way; it goes on when it is known that it may. Never waits. */
  void abortStore(Vnode vnode) {
    DirtyFile file = vnode.dirtyIfAny();
    if (file != null) {
      writeBack.abortStore(file);
    }
  }

  /** Begins to store what is left. */
  void storeLater(Vnode vnode) {
    DirtyFile file = vnode.dirtyIfAny();
    if (file != null) {
      writeBack.startSoon(file);
    }
  }
}
