package heddle.owners;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/** The users that the C library knows, by whatever {@code nsswitch.conf} says. */
final class PasswdUsers implements LocalUsers {
  private static final int FIRST_BUFFER_BYTES = 1 << 12;
  private static final int LARGEST_BUFFER_BYTES = 1 << 20;
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int ESRCH = 3;
  private static final int EBADF = 9;
  private static final int ERANGE = 34;

  /** A {@code struct passwd} begins with two pointers, and the numbers of user and group follow. */
  private static final int STRUCT_BYTES = 64;

  private final C library = LibraryLoader.create(C.class).failImmediately().load("c");
  private final Runtime runtime = Runtime.getSystemRuntime();

  /** Of the C library. */
  public interface C {
    int getpwnam_r(
        Pointer name, Pointer entry, Pointer buffer, @size_t long bytes, Pointer entryOut);

    int getpwuid_r(int user, Pointer entry, Pointer buffer, @size_t long bytes, Pointer entryOut);
  }

  /** One of the two look-ups, with the buffers that it fills. */
  private interface LookUp {
    int run(Pointer entry, Pointer buffer, long bytes, Pointer entryOut);
  }

  /** What is done with an entry that was found, while it is there. */
  private interface Reader<T> {
    T read(Pointer entry);
  }

  @Override
  public OptionalInt number(String name) throws IOException {
    byte[] bytes = name.getBytes(UTF_8);
    Pointer text = Memory.allocateDirect(runtime, bytes.length + 1, true);
    text.put(0, bytes, 0, bytes.length);
    Optional<Integer> number =
        find(
            (entry, buffer, size, out) -> library.getpwnam_r(text, entry, buffer, size, out),
            entry -> entry.getInt(2L * runtime.addressSize()));
    return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
  }

  @Override
  public Optional<String> name(int number) throws IOException {
    return find(
        (entry, buffer, size, out) -> library.getpwuid_r(number, entry, buffer, size, out),
        entry -> {
          Pointer name = entry.getPointer(0);
          byte[] bytes = new byte[name.indexOf(0, (byte) 0)];
          name.get(0, bytes, 0, bytes.length);
          return new String(bytes, UTF_8);
        });
  }

  /** A directory that does not answer says nothing of who is in it. */
  private <T> Optional<T> find(LookUp lookUp, Reader<T> reader) throws IOException {
    Pointer entry = Memory.allocateDirect(runtime, STRUCT_BYTES, true);
    Pointer out = Memory.allocateDirect(runtime, runtime.addressSize(), true);
    for (int size = FIRST_BUFFER_BYTES; size <= LARGEST_BUFFER_BYTES; size *= 2) {
      Pointer buffer = Memory.allocateDirect(runtime, size, true);
      try {
        int error = lookUp.run(entry, buffer, size, out);
        if (error != ERANGE) {
          return isFound(error, out.getPointer(0))
              ? Optional.of(reader.read(entry))
              : Optional.empty();
        }
      } finally {
        Reference.reachabilityFence(buffer); // the entry points to it
      }
    }
    throw new IOException("the entry of a user of this machine is too long");
  }

  /** Who is not there is none with success, or with one of those that getpwnam_r(3) names. */
  static boolean isFound(int error, @Nullable Pointer entry) throws IOException {
    return switch (error) {
      case 0 -> entry != null;
      case EPERM, ENOENT, ESRCH, EBADF -> false;
      default ->
          throw new IOException("the users of this machine cannot be looked up: error " + error);
    };
  }
}
