package heddle.fuse;

import heddle.afs.AfsException;
import java.util.function.UnaryOperator;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations: whatever they throw becomes an error number, and a line of the log where it is
 * not the caller's own business. Nothing is thrown into native code, where jnr-fuse would make a
 * success of it. Thread-safe.
 */
final class OperationRunner {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  private final Credentials credentials;
  private final UnaryOperator<MountPath> resolve;
  private final RefusedTokens refusals = new RefusedTokens();

  /**
   * @param resolve where to look for what libfuse has at a path
   */
  OperationRunner(Credentials credentials, UnaryOperator<MountPath> resolve) {
    this.credentials = credentials;
    this.resolve = resolve;
  }

  /** Runs an operation on a path, which may be absent. */
  int onPath(String operation, @Nullable Pointer pointer, Body<MountPath> body) {
    return onLibrarysPath(operation, pointer, path -> body.run(resolve.apply(path)));
  }

  /** The same for a path as libfuse has it, though what was there may have its real name again. */
  int onLibrarysPath(String operation, @Nullable Pointer pointer, Body<MountPath> body) {
    MountPath path;
    try {
      path = pointer == null ? MountPath.NONE : MountPath.read(pointer);
    } catch (Throwable e) {
      reportUnexpected(operation, "(unread path)", e);
      return Errno.EIO.result();
    }
    return run(operation, path, () -> body.run(path));
  }

  /** Fails an operation on a handle that is not open. */
  static int noSuchHandle(String operation) {
    try {
      LOG.error("{}: the kernel names a handle that is not open", operation);
    } catch (Throwable e) {
      reportUnexpected(operation, "(not open)", e);
    }
    return Errno.ESTALE.result();
  }

  /** What an operation does with its subject. */
  @FunctionalInterface
  interface Body<T> {
    /** Returns what FUSE's operation returns: 0 or more for success, else a negative number. */
    int run(T subject) throws AfsException;
  }

  /** An operation with its subject. */
  @FunctionalInterface
  interface Operation {
    int run() throws AfsException;
  }

  /** Runs {@code body}; whatever it throws becomes an error number. */
  int run(String operation, Object subject, Operation body) {
    int result = Errno.EIO.result();
    try {
      long startNanos = LOG.isDebugEnabled() ? System.nanoTime() : 0;
      try {
        result = body.run();
      } catch (AfsException e) {
        AfsException failure = ofGivenUpChange(e);
        result = errno(failure).result();
        report(operation, subject, failure);
      }
      if (LOG.isDebugEnabled()) {
        LOG.debug(
            "{} {} -> {} [{} us]",
            operation,
            subject,
            result < 0 ? Errno.describe(result) : result,
            (System.nanoTime() - startNanos) / 1000);
      }
    } catch (Throwable e) { // also an Error, also of the report: it must not reach native code
      reportUnexpected(operation, subject, e);
    }
    return result;
  }

  /**
   * Whose caller gets no signal is to know that the change may have been made, or not, as where no
   * server answers.
   */
  private static AfsException ofGivenUpChange(AfsException failure) {
    if (failure instanceof AfsException.Interrupted
        && failure.getCause() instanceof AfsException.OutcomeUnknown unknown
        && CurrentRequest.ofThread().isGivenUp()) {
      Thread.interrupted(); // for this operation only
      return unknown;
    }
    return failure;
  }

  /** An interrupt for want of threads is no signal to the caller: his time has run out early. */
  private static Errno errno(AfsException failure) {
    return failure instanceof AfsException.Interrupted && CurrentRequest.ofThread().isGivenUp()
        ? Errno.ETIMEDOUT
        : Errno.of(failure);
  }

  private void report(String operation, Object subject, AfsException failure) {
    switch (failure) {
      case AfsException.ServersUnreachable e -> warn(operation, subject, e);
      case AfsException.VolumeUnavailable e -> warn(operation, subject, e);
      case AfsException.ProtocolViolation e -> warn(operation, subject, e);
      case AfsException.ServerFailure e -> warn(operation, subject, e);
      case AfsException.OutcomeUnknown e -> warn(operation, subject, e);
      case AfsException.TokenRejected e when isNews() -> warn(operation, subject, e);
      case AfsException.Interrupted e -> Thread.interrupted(); // for this operation only
      default -> {} // the caller's own business
    }
  }

  private boolean isNews() {
    return refusals.isNews(credentials.requester().caller().now());
  }

  private static void warn(String operation, Object subject, AfsException failure) {
    LOG.warn("{} {}: {}", operation, subject, failure.getMessage());
  }

  private static void reportUnexpected(String operation, Object subject, Throwable failure) {
    try {
      LOG.error("{} {} failed unexpectedly", operation, subject, failure);
    } catch (Throwable e) {
      // nothing is left to say it with
    }
  }
}
