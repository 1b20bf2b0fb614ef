package heddle.afs;

/**
 * Learns that what is cached of files may be out of date: a file server broke its promise.
 *
 * <p>Called on the thread that serves the file server's call, before the server gets its answer: so
 * when a writer's store or close returns to it, every listener of every client has been told. An
 * implementation must return at once, must not call the {@link AfsClient}, and may be called by
 * several threads at once.
 */
public interface ChangeListener {
  /** Status, data or access rights of {@code fid} may have changed. */
  void changed(Fid fid);

  /**
   * The same for any number of files: a whole volume, or all files of a server that forgot its
   * promises.
   */
  void manyChanged();
}
