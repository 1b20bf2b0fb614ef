package heddle.control;

/** To whom tokens in a mount belong. */
public sealed interface Owner {
  /** Returns the number of the user. */
  int uid();

  /**
   * A user of this machine, in whatever process.
   *
   * @param uid number of the user
   */
  record User(int uid) implements Owner {
    @Override
    public String toString() {
      return "uid " + Integer.toUnsignedString(uid);
    }
  }

  /**
   * A user in one session, as of a terminal or a login; other sessions of that user, and other
   * users in the session, are others.
   *
   * @param uid number of the user
   * @param session id of the session, which is that of its first process
   * @param start when that process was started, in the kernel's ticks: ids are used again
   */
  record Session(int uid, int session, long start) implements Owner {
    @Override
    public String toString() {
      return "uid " + Integer.toUnsignedString(uid) + " in session " + session;
    }
  }
}
