package heddle.rxrpc;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.transport.CallDriver;
import heddle.rxrpc.transport.CallEndedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's side of a call: read the request, write the reply. Thread-safe in the way of {@link
 * Call}. It belongs to the {@link CallHandler} until that returns, or to who {@link
 * Service#accept}ed it until it is closed.
 *
 * <p>A reply may begin when the whole request has arrived, read or not; sooner it is refused with
 * {@link WrongPhaseException}.
 */
public final class ServiceCall implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCall.class);

  private final CallDriver driver;
  private final CallInputStream input = new CallInputStream(this::receive);
  private final CallOutputStream output = new CallOutputStream(this::transmit);
  private volatile boolean replyEnded; // close, which waits for nobody, reads it
  private final AtomicBoolean closed = new AtomicBoolean();

  ServiceCall(CallDriver driver) {
    this.driver = driver;
  }

  /** Thrown by a handler to abort its call with a code of the service. */
  public static final class Abort extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /** Creates the exception. */
    public Abort(int code) {
      super("abort " + AbortCodes.name(code), null);
      this.code = code;
    }

    /** Returns the code for the peer. */
    public int code() {
      return code;
    }
  }

  /** Runs {@code handler} on an incoming call to its end; nothing escapes. */
  static void run(CallDriver driver, CallHandler handler) {
    ServiceCall call = new ServiceCall(driver);
    try {
      driver.prove();
      handler.handle(call);
      call.endReply();
    } catch (Abort e) {
      driver.abort(e.code(), AbortReason.HANDLER_ABORTED);
    } catch (InterruptedException | CallEndedException | CallException e) {
      LOG.debug("call {} ended before its handler: {}", driver.name(), e.getMessage());
    } catch (Throwable e) { // whatever a handler throws must not reach the endpoint
      LOG.warn("the handler of call {} failed", driver.name(), e);
      driver.abort(AbortCodes.RX_USER_ABORT, AbortReason.HANDLER_FAILED);
    } finally {
      call.close();
    }
  }

  /** Returns the client's address. */
  public InetSocketAddress peer() {
    return driver.peer().address();
  }

  /**
   * Returns who calls, as the security class of the connection has verified, or nothing if it
   * verifies nobody. With rxkad it is an {@link heddle.rxrpc.security.rxkad.RxkadPrincipal}.
   *
   * <p>That the caller has made this very call is sure from the first byte of the request on that
   * was read; a call that a {@link CallHandler} gets has been proved so far.
   */
  public Optional<Principal> caller() {
    return Optional.ofNullable(driver.caller());
  }

  /** Returns the service ID that was called. */
  public int serviceId() {
    return driver.serviceId();
  }

  /**
   * Returns the request as a stream, always the same one; it may be mixed with {@link #read}. The
   * stream belongs to one thread at a time.
   */
  public InputStream input() {
    return input;
  }

  /**
   * Returns the reply as a stream with a small buffer, always the same one; it may be mixed with
   * {@link #write}. Closing it ends the reply. The stream belongs to one thread at a time.
   */
  public OutputStream output() {
    return output;
  }

  /**
   * Reads at least one byte of the request; blocks until there is one.
   *
   * @return the number of bytes, or -1 at the end of the request
   * @throws CallException if the call has ended: the client aborted it, or is gone
   */
  public int read(ByteBuffer target) throws IOException {
    return input.available() > 0 ? input.drainTo(target) : receive(target);
  }

  /**
   * Reads the request until {@code target} is full, or the request ends. Blocks until then, or
   * until the call ends; the thread is woken less often than by as many calls of {@link #read}.
   *
   * @return the number of bytes, or -1 if the request had ended before
   * @throws CallException if the call has ended; what was read before is in {@code target}
   */
  public int readFully(ByteBuffer target) throws IOException {
    return input.readFully(target, rest -> receive(rest, driver::readFully));
  }

  private int receive(ByteBuffer target) throws IOException {
    return receive(target, driver::read);
  }

  private int receive(ByteBuffer target, Reading how) throws IOException {
    try {
      return how.into(target);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    } catch (InterruptedException e) {
      throw CallFailure.interrupted(driver);
    }
  }

  /**
   * Sends all remaining bytes of {@code source} as part of the reply; blocks for room in the
   * window.
   *
   * @throws CallException if the call has ended
   * @throws WrongPhaseException if the request is not complete
   */
  public void write(ByteBuffer source) throws IOException {
    send(source, false);
  }

  /** Sends the remaining bytes of {@code reply} and ends the reply: one packet if it fits. */
  public void reply(ByteBuffer reply) throws IOException {
    send(reply, true);
  }

  /**
   * Ends the reply; what was not read of the request is thrown away. Blocks until the request is
   * there. Without effect if the reply was ended already.
   *
   * @throws CallException if the call has failed
   */
  public void endReply() throws IOException {
    if (replyEnded) {
      CallFailure.throwIfFailed(driver);
    } else {
      ByteBuffer discarded = ByteBuffer.allocate(1024);
      while (!driver.requestComplete() && read(discarded) >= 0) {
        discarded.clear();
      }
      send(ByteBuffer.allocate(0), true);
    }
  }

  private void send(ByteBuffer source, boolean last) throws IOException {
    output.flush();
    transmit(source, last);
  }

  private void transmit(ByteBuffer source, boolean last) throws IOException {
    refuseIfEndedOrEarly();
    replyEnded = last;
    try {
      driver.send(source, last);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    } catch (InterruptedException e) {
      throw CallFailure.interrupted(driver);
    }
  }

  private void refuseIfEndedOrEarly() throws CallException {
    if (replyEnded) {
      CallFailure.throwIfFailed(driver);
      throw new IllegalStateException("the reply has been ended");
    }
    if (!driver.requestComplete() && driver.completion() == null) {
      throw new WrongPhaseException("the request is not complete: no reply may begin");
    }
  }

  /**
   * Reads what is there of the request: {@link #read} with a time-out of zero. Never waits, be it
   * for data or for another user of the call.
   *
   * @return the number of bytes, 0 if there are none now, or -1 at the end of the request
   * @throws CallException if the call has ended: the client aborted it, or is gone
   */
  public int tryRead(ByteBuffer target) throws IOException {
    if (input.available() > 0) {
      return input.drainTo(target);
    }
    try {
      return driver.tryRead(target);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    }
  }

  /**
   * Does as much of {@link #write} as is possible at once: {@link #write} with a time-out of zero.
   * Never waits, be it for room in the window or for another user of the call.
   *
   * @return true if all is taken; false if the bytes that remain in {@code source}, and those that
   *     {@link #output} has gathered before them, must be offered again
   * @throws CallException if the call has ended
   * @throws WrongPhaseException if the request is not complete
   */
  public boolean tryWrite(ByteBuffer source) throws IOException {
    return trySend(source, false);
  }

  /**
   * Does as much of {@link #reply} as is possible at once: {@link #reply} with a time-out of zero.
   * Never waits, be it for room in the window or for another user of the call.
   *
   * @return true if all is taken and the reply ended; false if what remains must be offered again,
   *     be it only the end
   * @throws CallException if the call has ended
   * @throws WrongPhaseException if the request is not complete
   */
  public boolean tryReply(ByteBuffer reply) throws IOException {
    return trySend(reply, true);
  }

  private boolean trySend(ByteBuffer source, boolean last) throws IOException {
    return output.tryFlush(this::tryTransmit) && tryTransmit(source, last);
  }

  private boolean tryTransmit(ByteBuffer source, boolean last) throws IOException {
    refuseIfEndedOrEarly();
    try {
      boolean taken = driver.trySend(source, last);
      replyEnded = last && taken;
      return taken;
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    }
  }

  /**
   * Runs {@code listener} whenever something has come to read, there has come to be room for a good
   * part of the window, or the call has ended; and now if that is so already. As {@link
   * Call#onReady}.
   */
  public void onReady(Runnable listener) {
    driver.whenReady(listener);
  }

  /** Refuses the call: ends it with {@code code}. Never waits. */
  public void reject(int code) {
    driver.abort(code, AbortReason.REJECTED);
    close();
  }

  /** Returns the name that the user gave the call when it was charged; 0 if none. */
  public long userId() {
    return driver.userId();
  }

  /** Returns what the user attached when the call was charged. */
  public Optional<Object> attachment() {
    return Optional.ofNullable(driver.attachment());
  }

  /** Ends the user's hold on the call; aborts it with RX_USER_ABORT if the reply was not ended. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (!replyEnded) {
      driver.abort(AbortCodes.RX_USER_ABORT, AbortReason.USER_CLOSED);
    }
    driver.userDone();
  }

  /** Aborts the call with {@code code}; never waits. */
  public void abort(int code) {
    driver.abort(code, AbortReason.HANDLER_ABORTED);
  }

  @Override
  public String toString() {
    return driver.name();
  }
}
