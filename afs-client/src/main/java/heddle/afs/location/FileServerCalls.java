package heddle.afs.location;

import heddle.afs.rpc.BulkStatusReply;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.FetchAclReply;
import heddle.afs.rpc.FetchDataReply;
import heddle.afs.rpc.FetchStatusReply;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.WireFid;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.List;

/**
 * The calls that the client makes to one address of a file server for one caller: those that change
 * nothing, and by inheritance those that do. Each blocks until its reply is complete. See {@link
 * heddle.afs.rpc.FileService} for what they do.
 */
public interface FileServerCalls extends FileServerChanges {
  /** Returns the status of a vnode, with a callback promise. */
  FetchStatusReply fetchStatus(WireFid fid) throws CallFailure;

  /** Returns status or error of each of 1 to 50 fids. */
  BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws CallFailure;

  /** Writes up to {@code length} bytes from {@code offset} on to {@code sink}. */
  FetchDataReply fetchData64(WireFid fid, long offset, long length, WritableByteChannel sink)
      throws CallFailure;

  /** The same for servers without 64-bit operations; the range must end below 2^31. */
  FetchDataReply fetchData(WireFid fid, int offset, int length, WritableByteChannel sink)
      throws CallFailure;

  /** Returns use and limits of a volume. */
  FetchVolumeStatus getVolumeStatus(int volume) throws CallFailure;

  /** Returns the access control list of a directory. */
  FetchAclReply fetchAcl(WireFid directory) throws CallFailure;

  /** Gives up the promises of the server to this client about some fids. */
  void giveUpCallBacks(List<WireFid> fids) throws CallFailure;

  /** Gives up every promise of the server to this client. */
  void giveUpAllCallBacks() throws CallFailure;

  /** Returns when the server's process was started, by its clock. */
  Instant getStartTime() throws CallFailure;

  /** Returns what the server can do. */
  Capabilities getCapabilities() throws CallFailure;
}
