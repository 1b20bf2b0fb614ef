package heddle.afs;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A call to a server that has not ended.
 *
 * @param operation its name, as {@code FetchStatus}
 * @param argument what it is about, mostly a fid
 * @param server whom it is to
 * @param age time since it began
 * @param waiting what it waits for, in a few words
 */
public record CallInFlight(
    String operation, String argument, InetSocketAddress server, Duration age, String waiting) {}
