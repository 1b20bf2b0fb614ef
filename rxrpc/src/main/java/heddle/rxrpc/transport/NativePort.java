package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.transport.SendFrames.Segmentation;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The port over Linux's own calls: several messages a call, and runs of equal datagrams that the
 * kernel cuts (UDP_SEGMENT) and puts together (UDP_GRO) itself, which is worth a factor of ten and
 * more for bulk data. A wildcard port says which of our addresses a datagram came to, and sends
 * from the one that it is told. ICMP errors are reported with the payload that they quote.
 *
 * <p><b>Receiving</b> blocks in the kernel; {@link #close} ends it by shutting the socket's
 * receiving half, which stays shut, so that it does not matter whether the receive had begun. The
 * descriptor is closed when the last call on it has returned.
 *
 * <p><b>Sending</b> never blocks: a virtual thread would hold its carrier meanwhile. What finds no
 * room is dropped, as the network might.
 */
final class NativePort implements DatagramPort {
  private static final int RECEIVE_MESSAGES = 8;
  private static final int SEND_FLAGS = Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL;
  private static final int ATTEMPTS = 4;
  private static final int QUOTED_BYTES = 64;

  private final SystemCalls calls;
  private final NativeSocket socket;
  private final int descriptor;
  private final InetSocketAddress localAddress;
  private final Destinations destinations;
  private final ErrorQueue errorQueue;
  private final CloseGate gate;
  private final PeerProbe probe;
  private final ReentrantLock fragmenting = new ReentrantLock(); // otherwise than usual
  private final LongAdder unsent = new LongAdder();
  private final Segmentation segmentation;
  private volatile NetworkErrors errors = NetworkErrors.IGNORED;
  private @Nullable ReceiveFrames receiveFrames; // of who receives

  private NativePort(SystemCalls calls, NativeSocket socket) throws IOException {
    this.calls = calls;
    this.socket = socket;
    this.descriptor = socket.descriptor();
    this.localAddress = socket.localAddress();
    this.destinations = new Destinations(socket.family());
    this.errorQueue = new ErrorQueue(calls, descriptor);
    this.gate = new CloseGate(socket::close);
    this.probe = new PeerProbe(localAddress.getAddress());
    this.segmentation = socket.segments() ? Segmentation.ALLOWED : Segmentation.FORBIDDEN;
  }

  /**
   * Opens a port.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had
   */
  static NativePort open(SystemCalls calls, InetSocketAddress bindAddress) throws IOException {
    NativeSocket socket = NativeSocket.open(calls, bindAddress);
    try {
      return new NativePort(calls, socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public void onError(NetworkErrors listener) {
    errors = listener;
    probe.onError(listener);
  }

  @Override
  public void probe(InetSocketAddress peer) {
    probe.start(peer);
  }

  @Override
  public long unsentDatagrams() {
    return unsent.sum();
  }

  @Override
  public ReceiveBatch newReceiveBatch() {
    return new ReceiveBatch(0); // the memory is that of its frames
  }

  // ---- receiving

  @Override
  public boolean receive(ReceiveBatch batch) throws IOException {
    batch.clear();
    ReceiveFrames frames = framesOf(batch);
    int failures = 0;
    while (!frames.hasMore()) {
      int received = receive(frames, Linux.MSG_WAITFORONE);
      if (gate.isClosed()) {
        return false;
      }
      if (received >= 0) {
        frames.filled(received);
      } else if (!noteErrors()
          && received != -Linux.ECONNREFUSED // another thread has noted the error that this is of
          && ++failures == ATTEMPTS) {
        throw new SocketException("receive: " + calls.strerror(-received));
      }
    }
    frames.deliver();
    return true;
  }

  @Override
  public boolean polls() {
    return true;
  }

  @Override
  public boolean poll(ReceiveBatch batch) throws IOException {
    batch.clear();
    ReceiveFrames frames = framesOf(batch);
    if (!frames.hasMore()) {
      int received = receive(frames, Linux.MSG_DONTWAIT);
      if (received > 0) {
        frames.filled(received);
      } else if (received < 0 && received != -Linux.EAGAIN) {
        noteErrors();
      }
    }
    frames.deliver();
    return batch.count() > 0;
  }

  @Override
  public void yieldProcessor() {
    calls.schedYield();
  }

  private ReceiveFrames framesOf(ReceiveBatch batch) {
    ReceiveFrames frames = receiveFrames;
    if (frames == null || !frames.belongTo(batch)) {
      frames = new ReceiveFrames(calls, batch, RECEIVE_MESSAGES);
      receiveFrames = frames;
    }
    return frames;
  }

  private int receive(ReceiveFrames frames, int flags) {
    if (!gate.enter()) {
      return 0;
    }
    try {
      frames.prepare();
      return calls.recvmmsg(descriptor, frames.address(), frames.capacity(), flags);
    } finally {
      gate.leave();
    }
  }

  /** Reports what is in the error queue; returns whether there was anything. */
  private boolean noteErrors() {
    List<NetworkError> found = new ArrayList<>();
    if (gate.enter()) {
      try {
        errorQueue.drain(found);
      } finally {
        gate.leave();
      }
    }
    report(found);
    return !found.isEmpty();
  }

  private void report(List<NetworkError> found) {
    NetworkErrors listener = errors;
    for (NetworkError error : found) {
      listener.onError(error);
    }
  }

  // ---- sending

  @Override
  public boolean prefersLargePackets() {
    return socket.segments() && socket.coalesces() && socket.holdsMuch();
  }

  @Override
  public void send(SendBatch batch) {
    if (!gate.enter()) {
      unsent.add(batch.count());
      return;
    }
    List<NetworkError> found = List.of();
    try {
      int first = 0;
      while (first < batch.count()) {
        int end = batch.endOfRun(first);
        found = joined(found, transmit(batch, first, end, batch.fragmentation(first)));
        first = end;
      }
    } finally {
      Reference.reachabilityFence(batch); // the kernel had its address only
      gate.leave();
    }
    if (!found.isEmpty()) {
      report(found);
    }
  }

  private static List<NetworkError> joined(List<NetworkError> some, List<NetworkError> more) {
    if (some.isEmpty()) {
      return more;
    }
    List<NetworkError> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /**
   * Whether datagrams may be fragmented is a property of the socket: other threads' datagrams may
   * go as these do meanwhile, which the protocol survives, but these will not go as others.
   */
  private List<NetworkError> transmit(
      SendBatch batch, int first, int end, Fragmentation fragmentation) {
    if (fragmentation == Fragmentation.ALLOWED) {
      return transmit(batch, first, end, segmentation);
    }
    fragmenting.lock();
    try {
      socket.fragmentation(fragmentation);
      try {
        return transmit(batch, first, end, Segmentation.FORBIDDEN); // segments are not fragmented
      } finally {
        socket.fragmentation(Fragmentation.ALLOWED);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot change the socket's path MTU discovery", e);
    } finally {
      fragmenting.unlock();
    }
  }

  private List<NetworkError> transmit(SendBatch batch, int first, int end, Segmentation how) {
    SendFrames frames = batch.frames(calls, socket.family());
    frames.fill(first, end, destinations, how);
    int done = 0;
    while (done < frames.messages()) {
      int sent = send(frames, done);
      if (sent != frames.messages() - done) {
        return new Recovery(batch, frames).go(done, sent);
      }
      done += sent;
    }
    return List.of();
  }

  /** Sends the messages from {@code first} on; returns their number, or the negative errno. */
  private int send(SendFrames frames, int first) {
    int messages = frames.messages() - first;
    if (messages > 1) {
      return calls.sendmmsg(descriptor, frames.address(first), messages, SEND_FLAGS);
    }
    int sent = calls.sendmsg(descriptor, frames.address(first), SEND_FLAGS);
    return sent >= 0 ? 1 : sent;
  }

  /** Goes on with a batch of which something could not be sent at once. For one use. */
  private final class Recovery {
    private final SendBatch batch;
    private final SendFrames frames;
    private final List<NetworkError> found = new ArrayList<>();
    private int done; // messages
    private int attempts; // to send the first that is not sent
    private int foundBefore; // errors that were found before those attempts

    Recovery(SendBatch batch, SendFrames frames) {
      this.batch = batch;
      this.frames = frames;
    }

    /**
     * Sends the rest.
     *
     * @param before messages sent before the call that did not send all
     * @param result of that call
     */
    List<NetworkError> go(int before, int result) {
      done = before;
      int last = result;
      while (true) {
        if (last > 0) {
          done += last;
          attempts = 0;
          errorQueue.drain(found); // its number was lost with the count of those sent
        } else {
          recover(-last);
        }
        if (done >= frames.messages()) {
          return found;
        }
        last = send(frames, done);
      }
    }

    /** The first message that is not sent has failed. */
    private void recover(int errno) {
      if (errno == Linux.EINTR) {
        return;
      }
      if (errno == Linux.EAGAIN || errno == Linux.ENOBUFS || errno == Linux.ENOMEM) {
        while (done < frames.messages()) {
          drop(); // the others would find no room either
        }
      } else if (frames.segmentBytes(done) > 0 && isRefusalToSegment(errno)) {
        segmentOurselves(errno);
      } else {
        tryAgain(errno);
      }
    }

    private void segmentOurselves(int errno) {
      frames
          .destination(done)
          .refuseSegments(
              frames.segmentBytes(done), errno != Linux.EIO && errno != Linux.EOPNOTSUPP);
      errorQueue.drain(new ArrayList<>()); // what it says of the size is not about a datagram
      frames.refill(frames.first(done), destinations);
      done = 0;
      attempts = 0;
    }

    /** The error may be the late news of another datagram; if it stays, it is about this one. */
    private void tryAgain(int errno) {
      if (attempts++ == 0) {
        foundBefore = found.size();
      }
      errorQueue.drain(found);
      if (attempts == 2 && frames.hasLocal(done)) {
        frames.clearLocal(done); // the address may be ours no more
      } else if (attempts >= ATTEMPTS || (attempts > 1 && errno == Linux.EMSGSIZE)) {
        report(errno);
        drop();
      }
    }

    private void report(int errno) {
      int mtu = 0;
      InetSocketAddress to = frames.destination(done).address();
      for (int i = found.size() - 1; i >= foundBefore; i--) {
        NetworkError own = found.get(i);
        if (own.origin() == NetworkError.Origin.LOCAL && own.destination().equals(to)) {
          mtu = own.pathMtu();
          found.remove(i);
        }
      }
      ByteBuffer datagram = batch.datagram(frames.first(done));
      byte[] quoted = new byte[Math.min(QUOTED_BYTES, datagram.remaining())];
      datagram.get(quoted);
      found.add(
          new NetworkError(
              NetworkError.Kind.ofErrno(errno),
              NetworkError.Origin.LOCAL,
              errno,
              mtu,
              to,
              SendBatch.ANY_ADDRESS,
              quoted));
    }

    private void drop() {
      unsent.add(frames.count(done));
      done++;
      attempts = 0;
    }
  }

  private static boolean isRefusalToSegment(int errno) {
    return errno == Linux.EIO
        || errno == Linux.EINVAL
        || errno == Linux.EMSGSIZE
        || errno == Linux.EOPNOTSUPP;
  }

  // ---- the rest

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void close() {
    if (gate.enter()) {
      gate.close();
      calls.shutdown(descriptor, Linux.SHUT_RD); // ENOTCONN, but it wakes the receiver
      gate.leave();
    }
  }

  @Override
  public String toString() {
    return "native port "
        + localAddress
        + (socket.segments() ? "" : ", no segmentation")
        + (socket.coalesces() ? "" : ", no coalescing");
  }
}
