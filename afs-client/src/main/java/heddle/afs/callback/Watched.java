package heddle.afs.callback;

import heddle.afs.Fid;

/**
 * A fid that promises are asked for. There is one object for each fid as long as anybody holds it;
 * whoever keeps what is known of a file keeps it too. Thread-safe.
 */
public final class Watched {
  private final Fid fid;
  private final Generation file = new Generation();
  private final Generation volume;
  private volatile boolean givingUp;

  Watched(Fid fid, Generation volume) {
    this.fid = fid;
    this.volume = volume;
  }

  /** Returns the fid. */
  public Fid fid() {
    return fid;
  }

  /** From now on no promise is believed, whenever it was asked for. */
  void beginGivingUp() {
    givingUp = true;
    file.end();
  }

  /** Promises that are asked for from now on are believed again. */
  void endGivingUp() {
    file.end();
    givingUp = false;
  }

  boolean isGivingUp() {
    return givingUp;
  }

  Generation file() {
    return file;
  }

  Generation volume() {
    return volume;
  }
}
