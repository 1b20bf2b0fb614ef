package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** The options of the API, checked. */
final class Options {
  private Options() {}

  /** Returns whether a symbolic link at the end is followed. */
  static FinalLink finalLink(LinkOption... options) {
    FinalLink finalLink = FinalLink.FOLLOW;
    for (LinkOption option : options) {
      Objects.requireNonNull(option);
      finalLink = FinalLink.KEEP; // there is one only
    }
    return finalLink;
  }

  /** How a file is to be opened; read or write or both. */
  record Opening(Set<StandardOpenOption> options, FinalLink finalLink) {
    boolean has(StandardOpenOption option) {
      return options.contains(option);
    }

    boolean reads() {
      return has(StandardOpenOption.READ);
    }

    boolean writes() {
      return has(StandardOpenOption.WRITE);
    }

    boolean appends() {
      return has(StandardOpenOption.APPEND);
    }

    /** Returns whether each write is to be on the server's disk when it returns. */
    boolean syncs() {
      return has(StandardOpenOption.SYNC) || has(StandardOpenOption.DSYNC);
    }
  }

  /**
   * Returns how to open. Without an option that says so it is for reading; appending is writing;
   * what would change a file that is not written is left out. What is deleted when closed is never
   * found through a symbolic link.
   *
   * @throws IllegalArgumentException if two exclude each other
   * @throws UnsupportedOperationException if one is not known
   */
  static Opening opening(Collection<? extends OpenOption> given) {
    EnumSet<StandardOpenOption> options = EnumSet.noneOf(StandardOpenOption.class);
    FinalLink finalLink = FinalLink.FOLLOW;
    for (OpenOption option : given) {
      switch (Objects.requireNonNull(option)) {
        case StandardOpenOption known -> options.add(known);
        case LinkOption noFollow -> finalLink = FinalLink.KEEP;
        default -> throw new UnsupportedOperationException("not supported: " + option);
      }
    }
    if (options.contains(StandardOpenOption.APPEND)) {
      forbid(options, StandardOpenOption.READ);
      forbid(options, StandardOpenOption.TRUNCATE_EXISTING);
      options.add(StandardOpenOption.WRITE);
    }
    if (options.contains(StandardOpenOption.DELETE_ON_CLOSE)) {
      finalLink = FinalLink.KEEP;
    }
    if (!options.contains(StandardOpenOption.WRITE)) {
      options.add(StandardOpenOption.READ);
      options.remove(StandardOpenOption.CREATE);
      options.remove(StandardOpenOption.CREATE_NEW);
      options.remove(StandardOpenOption.TRUNCATE_EXISTING);
    }
    return new Opening(options, finalLink);
  }

  private static void forbid(Set<StandardOpenOption> options, StandardOpenOption one) {
    if (options.contains(one)) {
      throw new IllegalArgumentException(one + " and APPEND exclude each other");
    }
  }

  /** How something is to be copied or moved. */
  record Copying(Set<StandardCopyOption> options, FinalLink finalLink) {
    boolean has(StandardCopyOption option) {
      return options.contains(option);
    }
  }

  /**
   * Returns how to copy or move.
   *
   * @param impossible the option that makes no sense for it
   * @throws UnsupportedOperationException if one is not known, or is that
   */
  static Copying copying(StandardCopyOption impossible, CopyOption... given) {
    EnumSet<StandardCopyOption> options = EnumSet.noneOf(StandardCopyOption.class);
    FinalLink finalLink = FinalLink.FOLLOW;
    for (CopyOption option : given) {
      switch (Objects.requireNonNull(option)) {
        case StandardCopyOption known when known != impossible -> options.add(known);
        case LinkOption noFollow -> finalLink = FinalLink.KEEP;
        default -> throw new UnsupportedOperationException("not supported: " + option);
      }
    }
    return new Copying(options, finalLink);
  }
}
