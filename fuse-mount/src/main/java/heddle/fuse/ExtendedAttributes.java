package heddle.fuse;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Extended attributes. Thread-safe. */
final class ExtendedAttributes {
  private final MountState state;

  ExtendedAttributes(MountState state) {
    this.state = state;
  }

  /** There is one attribute, of the root: where users set their tokens. */
  int getxattr(Pointer path, Pointer name, @Nullable Pointer buffer, long size) {
    return state
        .runner()
        .onPath(
            "getxattr",
            path,
            mountPath -> {
              if (!mountPath.isRoot()
                  || !MountPath.read(name).key().equals(RunningMount.CONTROL_ATTRIBUTE)
                  || state.credentials().controlSocket().isEmpty()) {
                return Errno.ENODATA.result();
              }
              byte[] value =
                  state.credentials().controlSocket().get().getBytes(StandardCharsets.UTF_8);
              if (size > 0 && size < value.length) {
                return Errno.ERANGE.result();
              }
              if (size > 0) {
                requireNonNull(buffer).put(0, value, 0, value.length);
              }
              return value.length;
            });
  }

  int listxattr(Pointer path, @Nullable Pointer buffer, long size) {
    return 0; // none
  }
}
