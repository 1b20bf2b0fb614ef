package heddle.afs.vnode;

import heddle.afs.callback.CallbackTable;
import heddle.afs.location.Lifetime;
import heddle.afs.location.VolumeOperations;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/** Everything that changes vnodes, put together. */
record Changers(
    ChangeCalls calls,
    DirectoryChanger directories,
    Renamer renamer,
    StatusStorer statuses,
    HiddenFiles hidden,
    InstantSource time) {

  static Changers of(
      Fetchers fetchers, VolumeOperations operations, CallbackTable callbacks, Lifetime lifetime) {
    ChangeCalls calls = new ChangeCalls(operations, callbacks, lifetime);
    DirectoryChanger directories = new DirectoryChanger(calls, fetchers, lifetime);
    Renamer renamer = new Renamer(calls, directories, fetchers, lifetime);
    return new Changers(
        calls,
        directories,
        renamer,
        new StatusStorer(calls, fetchers, lifetime),
        new HiddenFiles(
            directories, renamer, fetchers, () -> ThreadLocalRandom.current().nextInt()),
        InstantSource.system());
  }
}
