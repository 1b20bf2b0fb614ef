package heddle.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a command at Ctrl-C (or SIGTERM) in good order: it is told, and the JVM waits for it to
 * finish, but not for ever.
 */
final class CtrlC implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;
  private static volatile boolean pressed;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private CtrlC(Runnable stop) {
    hook =
        new Thread(
            () -> {
              pressed = true;
              stop.run();
              await();
            },
            "ctrl-c");
  }

  /** Calls {@code stop} at Ctrl-C; closing says that the command has finished. */
  static CtrlC calls(Runnable stop) {
    CtrlC ctrlC = new CtrlC(stop);
    Runtime.getRuntime().addShutdownHook(ctrlC.hook);
    return ctrlC;
  }

  static boolean pressed() {
    return pressed;
  }

  @SuppressWarnings("ThreadJoinLoop") // it is a latch, and the JVM is ending anyhow
  private void await() {
    try {
      boolean done = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assert done : "the command did not finish";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    if (!pressed) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        pressed = true; // pressed at this very moment
      }
    }
  }
}
