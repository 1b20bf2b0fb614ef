package heddle.afs;

import java.time.Instant;

/**
 * Status of a file as the server gave it.
 *
 * @param length bytes
 * @param linkCount number of names
 * @param owner AFS id of the owner, @param group AFS id of the group
 * @param mode the nine Unix permission bits and setuid etc., without the file type
 * @param dataVersion counts changes of the data
 * @param rights what the caller may do, @param anonymousRights what anybody may
 */
public record FileStatus(
    Fid fid,
    FileType type,
    long length,
    long dataVersion,
    int linkCount,
    int owner,
    int group,
    int mode,
    Instant modified,
    AccessRights rights,
    AccessRights anonymousRights) {}
