package heddle.fuse;

import static java.util.Objects.requireNonNull;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.Fid;
import heddle.afs.auth.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes: those of AFS, with Linux's names and forms, and where users set their
 * tokens. None is listed, so that nobody copies them. Thread-safe.
 *
 * <p>Other names are not supported, as with Linux's client, which is more than that there is no
 * such attribute: {@code ls -l}, which asks for two of each file, stops after the first.
 *
 * <p>Protocol source: Linux fs/afs/xattr.c (behaviour).
 */
final class ExtendedAttributes {
  private static final String PREFIX = "afs.";
  private static final String ACCESS_LIST = "afs.acl";
  private static final String CELL = "afs.cell";
  private static final String FID = "afs.fid";
  private static final String VOLUME = "afs.volume";
  private static final int CREATE = 1; // of the flags of setxattr(2)

  private final MountState state;

  ExtendedAttributes(MountState state) {
    this.state = state;
  }

  int getxattr(Pointer path, Pointer name, @Nullable Pointer buffer, long size) {
    return state
        .runner()
        .onPath(
            "getxattr",
            path,
            mountPath -> {
              String wanted = text(name);
              if (!wanted.startsWith(PREFIX) && !wanted.equals(RunningMount.CONTROL_ATTRIBUTE)) {
                return Errno.EOPNOTSUPP.result();
              }
              return value(mountPath, wanted)
                  .map(value -> give(value, buffer, size))
                  .orElse(Errno.ENODATA.result());
            });
  }

  private static String text(Pointer name) {
    return new String(NativeStrings.read(name), StandardCharsets.ISO_8859_1);
  }

  private static int give(byte[] value, @Nullable Pointer buffer, long size) {
    if (size > 0 && size < value.length) {
      return Errno.ERANGE.result();
    }
    if (size > 0) {
      requireNonNull(buffer).put(0, value, 0, value.length);
    }
    return value.length;
  }

  private Optional<byte[]> value(MountPath path, String name) throws AfsException {
    if (name.equals(RunningMount.CONTROL_ATTRIBUTE)) {
      return path.isRoot()
          ? state.credentials().controlSocket().map(ExtendedAttributes::bytes)
          : Optional.empty();
    }
    Caller caller = state.credentials().requester().caller();
    AfsPath afsPath = path.afsPath();
    Fid fid = state.tree().stat(caller, afsPath, FinalLink.KEEP).fid();
    if (fid.cell().isEmpty()) {
      return Optional.empty(); // made up by the client
    }
    return switch (name) {
      case ACCESS_LIST -> Optional.of(state.tree().accessList(caller, afsPath));
      case CELL -> Optional.of(bytes(fid.cell()));
      case FID -> Optional.of(bytes(text(fid)));
      case VOLUME -> Optional.of(bytes(state.tree().volumeStatus(caller, afsPath).name()));
      default -> Optional.empty();
    };
  }

  private static String text(Fid fid) {
    return Integer.toHexString(fid.volume())
        + ":"
        + Integer.toHexString(fid.vnode())
        + ":"
        + Integer.toHexString(fid.uniquifier());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int setxattr(Pointer path, Pointer name, @Nullable Pointer value, long size, int flags) {
    return state
        .runner()
        .onPath(
            "setxattr",
            path,
            mountPath -> {
              if (!text(name).equals(ACCESS_LIST)) {
                return Errno.EOPNOTSUPP.result();
              }
              if (flags == CREATE) {
                return Errno.EEXIST.result(); // there always is one
              }
              byte[] list = new byte[(int) size];
              if (size > 0) {
                requireNonNull(value).get(0, list, 0, list.length);
              }
              Caller caller = state.credentials().requester().caller();
              state.tree().setAccessList(caller, mountPath.afsPath(), list);
              return 0;
            });
  }

  int removexattr(Pointer path, Pointer name) {
    return Errno.EOPNOTSUPP.result();
  }

  int listxattr(Pointer path, @Nullable Pointer buffer, long size) {
    return 0; // none
  }
}
