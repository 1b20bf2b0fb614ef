package heddle.afs.cell;

/**
 * Who makes a call to the file server.
 *
 * @param host the client that it came from
 * @param who the user
 */
record Requester(ClientHost host, Credentials who) {}
