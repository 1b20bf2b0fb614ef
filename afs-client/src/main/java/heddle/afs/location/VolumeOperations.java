package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.afs.Protection;
import heddle.afs.auth.Caller;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes calls about volumes: picks a server and address, tries others as {@link ServerRotation}
 * says, and fails with what the user is to know. Holds no lock. Thread-safe.
 */
public final class VolumeOperations {
  /** Silence after which another server or address is tried, and of one known to be down. */
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

  /** Silence after which the only server is believed down. */
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(10);

  /** Either is at most this part of the whole time, so that a second try is possible. */
  private static final int SHARE_OF_TIME = 3;

  private final ServerNetwork network;
  private final VolumeLocator locator;
  private final ServerProber prober;
  private final Lifetime lifetime;
  private final Protection protection;

  /** One call to one address of one server. May be run several times. */
  @FunctionalInterface
  public interface Body<T> {
    T call(FileServerCalls calls, FileServer server) throws CallFailure;
  }

  /** What is done, and whether doing it twice would be something else. */
  private record Task<T>(Supplier<String> what, Body<T> body, boolean changes) {}

  private record Attempt(Caller caller, CallOptions options) {}

  /** Uses the given parts. */
  public VolumeOperations(
      ServerNetwork network,
      VolumeLocator locator,
      ServerProber prober,
      Lifetime lifetime,
      Protection protection) {
    this.network = network;
    this.locator = locator;
    this.prober = prober;
    this.lifetime = lifetime;
    this.protection = protection;
  }

  /**
   * Runs {@code body} until a server has answered it. Blocks at most until the request's deadline.
   *
   * @param what what is done to what, for messages
   * @throws AfsException.TokenExpired if the caller's token has; no server is called then
   */
  public <T> T run(Volume volume, Request request, Supplier<String> what, Body<T> body)
      throws AfsException {
    return run(volume, request, new Task<>(what, body, false));
  }

  /**
   * Runs {@code body}, which changes something, until a server has answered it, or may have
   * executed it without an answer; then it is not run again. What a server refuses because of the
   * volume's state is tried again as {@link #run} does.
   *
   * @throws AfsException.OutcomeUnknown if the change may have been made or not
   * @throws AfsException.Interrupted likewise, if that is its cause
   * @throws AfsException.ReadOnlyVolume if the volume cannot be changed; no server is called then
   */
  public <T> T change(Volume volume, Request request, Supplier<String> what, Body<T> body)
      throws AfsException {
    if (volume.isReadOnly()) {
      throw new AfsException.ReadOnlyVolume(what.get() + " in " + volume + ", which is read-only");
    }
    return run(volume, request, new Task<>(what, body, true));
  }

  private <T> T run(Volume volume, Request request, Task<T> task) throws AfsException {
    TokenUse.check(request.caller(), volume.cell(), protection);
    locator.refreshIfOld(volume, request);
    WaitingThread.Peer before = WaitingThread.turnTo(volume);
    try {
      return rotate(volume, request, task);
    } finally {
      WaitingThread.turnTo(before);
    }
  }

  private <T> T rotate(Volume volume, Request request, Task<T> task) throws AfsException {
    List<FileServer> servers = volume.serversInOrder();
    ServerRotation rotation = new ServerRotation(servers.size(), patience(servers, request));
    ServerRotation.Step step = rotation.first();
    while (true) {
      lifetime.check();
      switch (step) {
        case ServerRotation.Step.Try(int index) -> {
          try {
            FileServer server = servers.get(index);
            prober.contact(server);
            T result = call(server, rotation.othersLeft(), request, task);
            volume.answered(server);
            return result;
          } catch (CallFailure e) {
            if (isUnknown(e, task)) {
              throw unknown(e, volume, request, task);
            }
            if (task.changes() && e.mayHaveExecuted() && e.kind() == CallFailure.Kind.INTERRUPTED) {
              AfsException.OutcomeUnknown cause = unknown(e, volume, request, task);
              throw new AfsException.Interrupted(String.valueOf(cause.getMessage()), cause);
            }
            step = rotation.after(e);
          }
        }
        case ServerRotation.Step.LookUp() -> {
          boolean changed = lookUp(volume, request);
          servers = changed ? volume.serversInOrder() : servers;
          step = rotation.lookedUp(changed, servers.size());
        }
        case ServerRotation.Step.Wait(Duration pause) -> {
          if (remaining(request).compareTo(pause) <= 0) {
            throw failure(rotation.lastFailure(), volume, request, task.what());
          }
          lifetime.pause(pause);
          step = rotation.waited();
        }
        case ServerRotation.Step.GiveUp(CallFailure e) ->
            throw failure(e, volume, request, task.what());
      }
    }
  }

  private static boolean isUnknown(CallFailure e, Task<?> task) {
    return task.changes()
        && e.mayHaveExecuted()
        && e.kind() != CallFailure.Kind.INTERRUPTED
        && e.kind() != CallFailure.Kind.CLOSED;
  }

  private AfsException.OutcomeUnknown unknown(
      CallFailure e, Volume volume, Request request, Task<?> task) {
    return new AfsException.OutcomeUnknown(
        task.what().get()
            + " in "
            + volume
            + " ("
            + volume.serversText()
            + "): the server may or may not have done it: "
            + Silence.text(e, tried(request)),
        e);
  }

  private Duration tried(Request request) {
    return request.tried(lifetime.clock().nanoTime());
  }

  private AfsException failure(
      CallFailure e, Volume volume, Request request, Supplier<String> what) {
    String where = e.serverAnswered() ? "" : " (" + volume.serversText() + ")";
    AfsException failure = e.toAfsException(what.get() + " in " + volume + where, tried(request));
    return TokenUse.explained(failure, request.caller(), volume.cell());
  }

  private boolean lookUp(Volume volume, Request request) throws AfsException {
    try {
      return locator.refresh(
          volume, request.part(lifetime.clock().nanoTime(), VolumeLocator.RENEWAL_LIMIT));
    } catch (AfsException.ServersUnreachable | AfsException.VolumeUnavailable e) {
      return false; // the file server's own failure says more
    }
  }

  private Duration remaining(Request request) {
    return request.remaining(lifetime.clock().nanoTime());
  }

  private ServerRotation.Patience patience(List<FileServer> servers, Request request) {
    long nowNanos = lifetime.clock().nanoTime();
    long wholeNanos = request.deadlineNanos() - request.startNanos();
    boolean longDown =
        servers.stream().allMatch(server -> server.downNanos(nowNanos) >= wholeNanos);
    return longDown ? ServerRotation.Patience.ONE_ROUND : ServerRotation.Patience.UNTIL_DEADLINE;
  }

  private <T> T call(FileServer server, boolean othersLeft, Request request, Task<T> task)
      throws CallFailure {
    long startNanos = lifetime.clock().nanoTime();
    CallFailure last = null;
    boolean fair = true; // whether each address had the time it is due
    List<ServerAddress> addresses = server.addressesInOrder();
    for (int i = 0; i < addresses.size(); i++) {
      ServerAddress address = addresses.get(i);
      boolean hurry =
          othersLeft || i + 1 < addresses.size() || server.state() == FileServer.State.DOWN;
      Duration patience = silenceAllowed(hurry ? SHORT_PATIENCE : LONG_PATIENCE, request);
      Duration left = remaining(request);
      fair &= left.compareTo(patience) >= 0;
      try {
        CallOptions options = CallOptions.within(left).withNormalTimeout(patience);
        Attempt attempt = new Attempt(request.caller(), options);
        if (task.changes()) {
          findOutWhetherItAnswers(server, address, attempt);
          CallOptions patient =
              CallOptions.within(remaining(request))
                  .withNormalTimeout(silenceAllowed(LONG_PATIENCE, request));
          attempt = new Attempt(request.caller(), patient);
        }
        return call(server, address, attempt, task.body());
      } catch (CallFailure e) {
        if (!isSilence(e)) {
          throw e;
        }
        last = e;
        if (fair) {
          address.failed();
        }
        if (isUnknown(e, task)) {
          break;
        }
      }
    }
    if (last == null) {
      last = CallFailure.notBegun(CallFailure.Kind.UNREACHABLE, "it has no address");
    }
    if (fair && addresses.stream().allMatch(ServerAddress::hasFailed)) {
      long nowNanos = lifetime.clock().nanoTime();
      server.silent(nowNanos, Silence.text(last, Duration.ofNanos(nowNanos - startNanos)));
    }
    throw last;
  }

  /**
   * Asks something harmless first where the answer is doubtful: a change that is not answered
   * cannot be tried elsewhere.
   */
  private void findOutWhetherItAnswers(FileServer server, ServerAddress address, Attempt attempt)
      throws CallFailure {
    if (server.state() == FileServer.State.UP && !address.hasFailed()) {
      return;
    }
    try {
      call(server, address, attempt, (calls, to) -> calls.getCapabilities());
    } catch (CallFailure e) {
      if (e.kind() != CallFailure.Kind.ABORTED) {
        throw e.notBegun();
      }
    }
  }

  private static Duration silenceAllowed(Duration atMost, Request request) {
    long share = (request.deadlineNanos() - request.startNanos()) / SHARE_OF_TIME;
    return Duration.ofNanos(Math.min(atMost.toNanos(), share));
  }

  private <T> T call(FileServer server, ServerAddress address, Attempt attempt, Body<T> body)
      throws CallFailure {
    FileServerCalls calls =
        network.fileServer(
            address.socketAddress(), server.cell(), attempt.caller(), attempt.options());
    try {
      T result = body.call(calls, server);
      noteAnswer(server, address);
      return result;
    } catch (CallFailure e) {
      if (e.serverAnswered()) {
        noteAnswer(server, address);
      }
      throw e;
    }
  }

  private void noteAnswer(FileServer server, ServerAddress address) {
    if (server.state() != FileServer.State.UP || address.hasFailed()) {
      address.answered();
      server.answered(lifetime.clock().nanoTime());
    }
  }

  private static boolean isSilence(CallFailure e) {
    return e.kind() == CallFailure.Kind.SILENT || e.kind() == CallFailure.Kind.UNREACHABLE;
  }
}
