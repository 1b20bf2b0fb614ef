package heddle.afs;

/** What closing a file that was written to waits for. */
public enum Closing {
  /** The server has the data, or the error is told: what AFS promises. */
  STORED,
  /**
   * Nothing: the data are stored at once, but in the background, as OpenAFS's client in user space
   * does. Faster where many small files are written. Other clients see the data a moment later, and
   * an error is told only to a handle of the same writer that is still open, by its next write or
   * sync; else it is in the log.
   */
  STORED_LATER
}
