package heddle.afs.rpc;

/** What a bulk status call found out about one of its fids. */
public sealed interface BulkStatus {
  /** The status, and the promise that comes with it. */
  record Found(FetchStatus status, CallbackPromise callback) implements BulkStatus {}

  /** The server could not give this one; {@code errorCode} is as an abort code would be. */
  record Failed(int errorCode) implements BulkStatus {}
}
