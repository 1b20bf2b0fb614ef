package heddle.rxrpc;

import heddle.rxrpc.transport.CallDriver;
import heddle.rxrpc.transport.HostedService;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service that an endpoint hosts. Either a {@link CallHandler} serves its calls, or the user
 * takes them with {@link #accept}. Thread-safe.
 *
 * <p>Protocol source: Linux Documentation/networking/rxrpc.rst, "Example server usage" (behaviour).
 */
public final class Service implements AutoCloseable {
  private final HostedService hosted;

  Service(HostedService hosted) {
    this.hosted = hosted;
  }

  /** Returns the service ID. */
  public int serviceId() {
    return hosted.serviceId();
  }

  /**
   * Waits for a call of a client. The caller ends it with {@link ServiceCall#close}.
   *
   * @return the call, or nothing once the service is closed
   * @throws InterruptedIOException if the thread is interrupted; its flag is set again
   */
  public Optional<ServiceCall> accept() throws InterruptedIOException {
    try {
      CallDriver call = hosted.accept();
      return call == null ? Optional.empty() : Optional.of(new ServiceCall(call));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a call");
    }
  }

  /** Returns a call that waits to be accepted, or nothing if there is none now. Never blocks. */
  public Optional<ServiceCall> tryAccept() {
    CallDriver call = hosted.tryAccept();
    return call == null ? Optional.empty() : Optional.of(new ServiceCall(call));
  }

  /**
   * Runs {@code listener} whenever a call has come to wait for somebody who {@linkplain #tryAccept
   * accepts} it, and now if there is one. It runs on a virtual thread, never on a thread of the
   * endpoint and under no lock; it never runs twice at a time, and one run may be for several
   * calls. Replaces the listener before. Never blocks.
   */
  public void onCallWaiting(Runnable listener) {
    hosted.whenCallWaits(listener);
  }

  /**
   * Makes one call ready, with the user's own name and attachment, for a service that is {@link
   * ServiceOptions#chargedByUser}. Never blocks.
   *
   * @return false if the backlog is full or the service closed
   */
  public boolean charge(long userId, @Nullable Object attachment) {
    return hosted.charge(userId, attachment);
  }

  /** Returns how many calls are under way. */
  public int activeCalls() {
    return hosted.activeCalls();
  }

  /**
   * Refuses further calls, aborts those that nobody has accepted yet with {@link
   * AbortCodes#RX_INVALID_OPERATION} and ends every {@link #accept} that waits; calls that are
   * being served go on.
   */
  @Override
  public void close() {
    hosted.close();
  }
}
