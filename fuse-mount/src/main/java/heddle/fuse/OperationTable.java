package heddle.fuse;

import java.util.ArrayList;
import java.util.List;
import jnr.ffi.BaseStruct;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * jnr-fuse's {@code fuse_operations}, filled with callbacks of our own shapes. What libfuse calls
 * lives as long as this object: keep it until the session is torn down.
 */
final class OperationTable {
  // bits of the word behind bmap
  private static final byte NULL_PATH_OK = 1;
  private static final byte NO_PATH = 2;
  private static final byte OMITTED_TIME_OK = 4;

  private final Runtime runtime = Runtime.getSystemRuntime();
  private final FuseOperations operations = new FuseOperations(runtime);
  private final Pointer memory =
      runtime.getMemoryManager().allocateDirect(Struct.size(operations), true);
  private final List<Object> reachable = new ArrayList<>(); // native code holds no references

  private final LockRequests.Worker locks;

  private OperationTable(LockRequests.Worker locks) {
    this.locks = locks;
    operations.useMemory(memory);
  }

  static OperationTable of(FuseAdapter adapter) {
    var table = new OperationTable(adapter.locks());
    table.putReading(adapter);
    table.putRefused(adapter);
    if (!adapter.isReadOnly()) {
      table.putChanging(adapter);
    }
    // with a handle at hand no path is needed, and none of libfuse's path locks is taken
    table.memory.putByte(
        table.operations.bmap.offset() + table.runtime.addressSize(),
        (byte) (NULL_PATH_OK | NO_PATH | OMITTED_TIME_OK));
    return table;
  }

  private void putReading(FuseAdapter adapter) {
    put(operations.init, Callbacks.Init.class, adapter::init);
    put(operations.getattr, Callbacks.PathAndStruct.class, adapter.paths()::getattr);
    put(operations.fgetattr, Callbacks.PathAndTwoStructs.class, adapter.files()::fgetattr);
    put(operations.readlink, Callbacks.PathAndBuffer.class, adapter.paths()::readlink);
    put(operations.access, Callbacks.PathAndInt.class, adapter.paths()::access);
    put(operations.statfs, Callbacks.PathAndStruct.class, adapter.paths()::statfs);
    put(operations.open, Callbacks.PathAndStruct.class, adapter.files()::open);
    put(operations.read, Callbacks.Read.class, adapter.files()::read);
    put(operations.flush, Callbacks.PathAndStruct.class, adapter.files()::flush);
    put(operations.release, Callbacks.PathAndStruct.class, adapter.files()::release);
    put(operations.opendir, Callbacks.PathAndStruct.class, adapter.directories()::opendir);
    put(operations.readdir, Callbacks.ReadDirectory.class, adapter.directories()::readdir);
    put(operations.releasedir, Callbacks.PathAndStruct.class, adapter.directories()::releasedir);
    put(operations.getxattr, Callbacks.PathNameAndBuffer.class, adapter.attributes()::getxattr);
    put(operations.listxattr, Callbacks.PathAndBuffer.class, adapter.attributes()::listxattr);
  }

  private void putChanging(FuseAdapter adapter) {
    NameOperations names = adapter.names();
    put(operations.mknod, Callbacks.PathModeAndDevice.class, names::mknod);
    put(operations.mkdir, Callbacks.PathAndInt.class, names::mkdir);
    put(operations.unlink, Callbacks.PathOnly.class, names::unlink);
    put(operations.rmdir, Callbacks.PathOnly.class, names::rmdir);
    put(operations.symlink, Callbacks.TwoPaths.class, names::symlink);
    put(operations.rename, Callbacks.TwoPaths.class, names::rename);
    put(operations.link, Callbacks.TwoPaths.class, names::link);
    put(operations.chmod, Callbacks.PathAndInt.class, names::chmod);
    put(operations.chown, Callbacks.PathAndTwoInts.class, names::chown);
    put(operations.utimens, Callbacks.PathAndStruct.class, names::utimens);
    FileOperations files = adapter.files();
    put(operations.write, Callbacks.Read.class, files::write);
    put(operations.truncate, Callbacks.PathAndLength.class, files::truncate);
    put(operations.ftruncate, Callbacks.PathLengthAndStruct.class, files::ftruncate);
    put(operations.fsync, Callbacks.PathIntAndStruct.class, files::fsync);
    put(operations.create, Callbacks.PathModeAndStruct.class, adapter.files()::create);
    put(operations.setxattr, Callbacks.PathNameAndValue.class, adapter.attributes()::setxattr);
    put(operations.removexattr, Callbacks.TwoPaths.class, adapter.attributes()::removexattr);
  }

  private void putRefused(FuseAdapter adapter) {
    Callbacks.Refusal refusal = adapter::refuseChange;
    Pointer function = closure(Callbacks.Refusal.class, refusal);
    for (BaseStruct.Func<?> changing :
        List.of(
            operations.mknod,
            operations.mkdir,
            operations.unlink,
            operations.rmdir,
            operations.symlink,
            operations.rename,
            operations.link,
            operations.chmod,
            operations.chown,
            operations.truncate,
            operations.ftruncate,
            operations.write,
            operations.create,
            operations.utimens,
            operations.setxattr,
            operations.removexattr)) { // no fallocate: programs do without it
      memory.putPointer(changing.offset(), function);
    }
  }

  private <T> void put(BaseStruct.Func<?> operation, Class<T> shape, T callback) {
    memory.putPointer(operation.offset(), closure(shape, callback));
  }

  private <T> Pointer closure(Class<T> shape, T callback) {
    Pointer function = runtime.getClosureManager().getClosurePointer(shape, callback);
    reachable.add(callback);
    reachable.add(function);
    return function;
  }

  /** Returns what works on requests that libfuse is not shown. */
  LockRequests.Worker locks() {
    return locks;
  }

  /** Returns the native struct. */
  Pointer memory() {
    return memory;
  }

  /** Returns the size of the struct in bytes. */
  int size() {
    return Struct.size(operations);
  }
}
