package heddle.fuse;

import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A C array of C strings, good until it is closed. */
final class NativeStrings implements AutoCloseable {
  private final List<Pointer> strings = new ArrayList<>(); // keeps them from being collected
  private final Pointer array;

  NativeStrings(List<byte[]> values) {
    int width = Runtime.getSystemRuntime().addressSize();
    array = Memory.allocateDirect(Runtime.getSystemRuntime(), (values.size() + 1) * width, true);
    for (byte[] value : values) {
      Pointer string = of(value);
      array.putPointer((long) strings.size() * width, string);
      strings.add(string);
    }
  }

  /** Returns a C string, good as long as the pointer is reachable. */
  static Pointer of(byte[] value) {
    Pointer string = Memory.allocateDirect(Runtime.getSystemRuntime(), value.length + 1, true);
    string.put(0, value, 0, value.length);
    return string;
  }

  /** Returns the bytes of the C string at {@code string}. */
  static byte[] read(Pointer string) {
    byte[] bytes = new byte[string.indexOf(0, (byte) 0)];
    string.get(0, bytes, 0, bytes.length);
    return bytes;
  }

  Pointer array() {
    return array;
  }

  /** Being called after the native call keeps the memory reachable during it. */
  @Override
  public void close() {
    strings.clear();
  }
}
