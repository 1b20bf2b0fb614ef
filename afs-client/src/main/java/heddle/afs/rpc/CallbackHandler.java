package heddle.afs.rpc;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;

/**
 * What a client does when a file server calls it. Each method runs on a virtual thread of its call;
 * the server gets its answer when the method returns, so anything that is fetched again must be
 * fetched after that. An exception aborts the call and harms nothing else.
 *
 * <p>Protocol source: OpenAFS src/fsint/afscbint.xg; fs-cm-spec, section 6.
 */
public interface CallbackHandler {
  /**
   * The server breaks its promises about {@code fids}. A fid with vnode 0 means the whole volume.
   *
   * @param callbacks what was promised, fid by fid; may be shorter than {@code fids}, or empty
   */
  void callBack(InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks);

  /** The server knows nothing of us any more: none of its promises stands. */
  void initCallBackState(InetSocketAddress server);

  /** The same, from a server that says who it is. */
  void initCallBackState(InetSocketAddress server, UUID serverUuid);

  /** The server asks whether anybody is there. */
  void probe(InetSocketAddress server);

  /** Returns our UUID and interfaces. */
  ClientInterfaces interfaces();

  /** Returns what we can do. */
  Capabilities capabilities();
}
