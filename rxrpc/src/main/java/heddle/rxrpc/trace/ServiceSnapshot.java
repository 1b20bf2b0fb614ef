package heddle.rxrpc.trace;

/**
 * A service that the endpoint hosts, at one moment.
 *
 * @param serviceId its ID
 * @param charged calls that are ready before they come
 * @param active calls under way
 * @param waiting calls among them that nobody has accepted yet
 * @param idleThreads threads that wait for a call
 * @param waited calls that have found no thread waiting for them, since the beginning
 */
public record ServiceSnapshot(
    int serviceId, int charged, int active, int waiting, int idleThreads, long waited) {}
