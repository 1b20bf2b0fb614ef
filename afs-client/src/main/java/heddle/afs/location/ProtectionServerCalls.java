package heddle.afs.location;

import java.util.List;

/**
 * The calls that the client makes to one protection server. Each blocks until its reply is
 * complete. See {@link heddle.afs.rpc.ProtectionService} for what they do.
 */
public interface ProtectionServerCalls {
  /** Returns the names of users, in the order of their ids. */
  List<String> idToName(List<Integer> ids) throws CallFailure;

  /** Returns the ids of users, in the order of their names. */
  List<Integer> nameToId(List<String> names) throws CallFailure;
}
