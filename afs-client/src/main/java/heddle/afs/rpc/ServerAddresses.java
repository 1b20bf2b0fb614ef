package heddle.afs.rpc;

import java.net.Inet4Address;
import java.util.List;
import java.util.UUID;

/**
 * The addresses that a file server has registered.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, GetAddrsU.
 *
 * @param uniquifier changes when the addresses change
 */
public record ServerAddresses(UUID uuid, int uniquifier, List<Inet4Address> addresses) {}
