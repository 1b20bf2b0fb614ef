package heddle.cli;

import heddle.control.FsAgent;
import java.util.function.Supplier;

/**
 * A path that a user gave, and who knows of it.
 *
 * @param agent the mount that holds it, or a client of this process
 * @param path the bytes below the agent's root
 * @param advice what to do if the user may not do something; a sentence, or empty
 */
record FsTarget(FsAgent agent, byte[] path, Supplier<String> advice) {}
