package heddle.rxrpc;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.transport.CallDriver;
import heddle.rxrpc.transport.CallEndedException;
import heddle.rxrpc.transport.CallTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client's call: write the request, end it, read the reply.
 *
 * <pre>{@code
 * try (Call call = connection.newCall(CallOptions.within(Duration.ofSeconds(10)))) {
 *   call.send(request);
 *   while (call.read(reply) >= 0) {}
 * }
 * }</pre>
 *
 * <p>Thread-safe: two users of one call take turns, each for a whole operation, waits included;
 * {@link #abort} and {@link #close} wait for nobody. Closing a call that has not ended aborts it.
 *
 * <p>An interrupt of a thread that waits in a call aborts the call with {@link
 * AbortCodes#RX_USER_ABORT}, sets the interrupt flag again and throws {@link
 * InterruptedIOException}. Its cause is a {@link CallException} whose {@link
 * CallException#mayHaveExecuted mayHaveExecuted} says whether the peer may have executed the call.
 *
 * <p>Close every call, whatever has become of it: nothing finds those that were dropped. Until then
 * the endpoint keeps the call and what was not read of its reply. That memory is bounded for all
 * calls together; where it is short the others get smaller windows, and what comes for them is
 * copied once more.
 *
 * <p>Protocol source: rx-spec.txt, "Calls".
 */
public final class Call implements AutoCloseable {
  private final CallDriver driver;
  private final CallInputStream input = new CallInputStream(this::receive);
  private final CallOutputStream output = new CallOutputStream(this::transmit);
  private final CallTable table;
  private final long declaredLength;
  private final AtomicLong written = new AtomicLong(); // bytes of the request, by all its users
  private boolean requestEnded;

  Call(CallDriver driver, CallOptions options, CallTable table) {
    this.driver = driver;
    this.declaredLength = options.requestLength();
    this.table = table;
  }

  /**
   * Sends all remaining bytes of {@code source} as part of the request. Blocks until the call has a
   * channel and the last byte has a place in the send window; the peer may not have it yet.
   *
   * @throws CallException if the call has ended
   * @throws IllegalStateException if the request was ended already
   */
  public void write(ByteBuffer source) throws IOException {
    send(source, false);
  }

  /**
   * Ends the request. Blocks like {@link #write}. Without effect if it was ended already.
   *
   * @throws CallException if the call has failed
   */
  public void endRequest() throws IOException {
    if (requestEnded) {
      CallFailure.throwIfFailed(driver);
    } else {
      send(ByteBuffer.allocate(0), true);
    }
  }

  /**
   * Sends the remaining bytes of {@code request} and ends the request: one packet if it fits.
   *
   * @throws CallException if the call has ended
   * @throws IllegalStateException if the request was ended already
   */
  public void send(ByteBuffer request) throws IOException {
    send(request, true);
  }

  private void send(ByteBuffer source, boolean last) throws IOException {
    output.flush();
    transmit(source, last);
  }

  private void transmit(ByteBuffer source, boolean last) throws IOException {
    refuseIfEnded();
    checkLength(source, last);
    written.getAndAdd(source.remaining());
    requestEnded = last;
    try {
      driver.send(source, last);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    } catch (InterruptedException e) {
      throw CallFailure.interrupted(driver);
    }
  }

  private void refuseIfEnded() throws CallException {
    if (requestEnded) {
      CallFailure.throwIfFailed(driver);
      throw new IllegalStateException("the request has been ended");
    }
  }

  /** Aborts the call if the request cannot be as long as it is with {@code source}. */
  private void checkLength(ByteBuffer source, boolean last) {
    long length = written.get() + source.remaining();
    if (declaredLength >= 0 && (length > declaredLength || (last && length != declaredLength))) {
      requestEnded = true;
      driver.abort(AbortCodes.RX_PROTOCOL_ERROR, AbortReason.LENGTH_MISMATCH);
      throw new IllegalStateException(
          "request of " + length + " bytes where " + declaredLength + " were declared");
    }
  }

  /**
   * Does as much of {@link #write} as is possible at once: {@link #write} with a time-out of zero.
   * Never waits, be it for a channel, for room in the window, or for another user of the call.
   *
   * @return true if all is taken; false if the bytes that remain in {@code source}, and those that
   *     {@link #output} has gathered before them, must be offered again
   * @throws CallException if the call has ended
   * @throws IllegalStateException if the request was ended already
   */
  public boolean tryWrite(ByteBuffer source) throws IOException {
    return trySend(source, false);
  }

  /**
   * Does as much of {@link #send} as is possible at once: {@link #send} with a time-out of zero.
   * Never waits, be it for a channel, for room in the window, or for another user of the call.
   *
   * @return true if all is taken and the request ended; false if what remains must be offered
   *     again, be it only the end
   * @throws CallException if the call has ended
   * @throws IllegalStateException if the request was ended already
   */
  public boolean trySend(ByteBuffer request) throws IOException {
    return trySend(request, true);
  }

  private boolean trySend(ByteBuffer source, boolean last) throws IOException {
    return output.tryFlush(this::tryTransmit) && tryTransmit(source, last);
  }

  private boolean tryTransmit(ByteBuffer source, boolean last) throws IOException {
    refuseIfEnded();
    checkLength(source, last);
    int before = source.remaining();
    try {
      boolean taken = driver.trySend(source, last);
      written.getAndAdd(before - source.remaining());
      requestEnded = last && taken;
      return taken;
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    }
  }

  /**
   * Reads at least one byte of the reply, as many as are there and fit. Blocks until there is one,
   * the reply ends, or the call does. Ends the request first if that was not done.
   *
   * @return the number of bytes, or -1 at the end of the reply; then the peer has executed the call
   * @throws CallException if the call failed
   */
  public int read(ByteBuffer target) throws IOException {
    return input.available() > 0 ? input.drainTo(target) : receive(target);
  }

  /**
   * Reads the reply until {@code target} is full, or the reply ends. Blocks until then, or until
   * the call ends; the thread is woken less often than by as many calls of {@link #read}. Ends the
   * request first if that was not done.
   *
   * @return the number of bytes; -1 if the reply had ended before, and the peer has executed the
   *     call
   * @throws CallException if the call failed; what was read before is in {@code target}
   */
  public int readFully(ByteBuffer target) throws IOException {
    return input.readFully(target, rest -> receive(rest, driver::readFully));
  }

  private int receive(ByteBuffer target) throws IOException {
    return receive(target, driver::read);
  }

  private int receive(ByteBuffer target, Reading how) throws IOException {
    if (!requestEnded) {
      endRequest();
    }
    try {
      return how.into(target);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    } catch (InterruptedException e) {
      throw CallFailure.interrupted(driver);
    }
  }

  /**
   * Reads what is there of the reply: {@link #read} with a time-out of zero. Never waits, be it for
   * data or for another user of the call. Ends the request first if that was not done, as far as
   * that is possible at once.
   *
   * @return the number of bytes, 0 if there are none now, or -1 at the end of the reply; then the
   *     peer has executed the call
   * @throws CallException if the call failed
   */
  public int tryRead(ByteBuffer target) throws IOException {
    if (input.available() > 0) {
      return input.drainTo(target);
    }
    if (!requestEnded && !trySend(ByteBuffer.allocate(0))) {
      return 0;
    }
    try {
      return driver.tryRead(target);
    } catch (CallEndedException e) {
      throw CallFailure.of(e.completion(), driver);
    }
  }

  /**
   * Returns the request as a stream with a small buffer, always the same one; it may be mixed with
   * {@link #write}. Closing it ends the request. The stream belongs to one thread at a time.
   */
  public OutputStream output() {
    return output;
  }

  /**
   * Returns the reply as a stream, always the same one; it may be mixed with {@link #read}. Closing
   * it does nothing. The stream belongs to one thread at a time.
   */
  public InputStream input() {
    return input;
  }

  /**
   * Runs {@code listener} whenever something has come to read, there has come to be room for a good
   * part of the window to {@linkplain #tryWrite write}, or the call has ended; and now if that is
   * so already. It runs on a virtual thread, never on a thread of the endpoint and under no lock,
   * so it may do anything, waiting included, and delays no other call; it never runs twice at a
   * time, and what comes meanwhile makes it run once more. It may run without need. Replaces the
   * listener before. Never blocks.
   */
  public void onReady(Runnable listener) {
    driver.whenReady(listener);
  }

  /**
   * Ends the call at once from this side, telling the peer {@code code}. Never waits; may be called
   * from any thread; does nothing once the call has ended. Users that wait in the call get a {@link
   * LocalAbortException}.
   */
  public void abort(int code) {
    driver.abort(code, AbortReason.USER);
  }

  /**
   * Returns the service ID. Where an upgrade was asked for and the peer has answered, it is that of
   * the service that serves the call, which may be another than the one asked for.
   */
  public int serviceId() {
    return driver.serviceId();
  }

  /** Returns the peer's address. */
  public InetSocketAddress peer() {
    return driver.peer().address();
  }

  /** Ends the user's hold on the call; aborts it with RX_USER_ABORT if it has not ended. */
  @Override
  public void close() {
    driver.abort(AbortCodes.RX_USER_ABORT, AbortReason.USER_CLOSED);
    table.remove(driver);
    driver.userDone();
  }

  /** Returns what must become unreachable when the call has completed. */
  Object driverForTests() {
    return driver;
  }

  @Override
  public String toString() {
    return driver.name();
  }
}
