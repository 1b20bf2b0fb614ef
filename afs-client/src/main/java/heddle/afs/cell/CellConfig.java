package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.AfsConfig;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an embedded cell is to be like. Immutable; begin with {@link #DEFAULT}, each {@code with}
 * method returns a changed copy.
 *
 * @param name name of the cell
 * @param address loopback address of its servers; a free one of 127.0.0.0/8 if absent
 * @param anyUser what anybody may do in the roots of new volumes
 * @param volumeQuotaBlocks quota of new volumes in units of 1024 bytes; 0 is no limit
 * @param partitionBytes room of all volumes together; never more than half of the Java heap is
 *     taken by volumes in memory, whatever is given here
 * @param directory where volumes, users and the key are kept; in memory if absent
 * @param portBase port of the file server, from which the others count; {@value
 *     AfsConfig#PORT_BASE} unless clients can be told of another ({@link AfsConfig#portBase})
 * @param keytab file with the key that a KDC has for {@code afs/} and the cell's name: who has its
 *     tickets is known to the cell, if the realm is the cell's name in capitals; a key of the
 *     cell's own making if absent
 */
public record CellConfig(
    String name,
    Optional<Inet4Address> address,
    AccessRights anyUser,
    int volumeQuotaBlocks,
    long partitionBytes,
    Optional<Path> directory,
    int portBase,
    Optional<Path> keytab) {
  private static final int MAX_NAME_CHARACTERS = 64;
  private static final int MAX_PORT_BASE = 65_500;

  /**
   * {@code embedded.test}, any address, anybody may read, no quota, as much room as the heap gives.
   */
  public static final CellConfig DEFAULT =
      new CellConfig(
          "embedded.test",
          Optional.empty(),
          new AccessRights(AccessRights.READ | AccessRights.LOOKUP),
          0,
          Long.MAX_VALUE,
          Optional.empty(),
          AfsConfig.PORT_BASE,
          Optional.empty());

  /** Checks what was given. */
  public CellConfig {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]*") || name.length() > MAX_NAME_CHARACTERS) {
      throw new IllegalArgumentException("no name of a cell: " + name);
    }
    if (volumeQuotaBlocks < 0 || partitionBytes < 0) {
      throw new IllegalArgumentException("a negative size");
    }
    if (portBase <= 0 || portBase > MAX_PORT_BASE) {
      throw new IllegalArgumentException("ports cannot begin at " + portBase);
    }
  }

  /** Returns a copy with another name of the cell. */
  public CellConfig withName(String value) {
    return new CellConfig(
        value, address, anyUser, volumeQuotaBlocks, partitionBytes, directory, portBase, keytab);
  }

  /** Returns a copy whose servers are at that address. */
  public CellConfig withAddress(Inet4Address value) {
    return new CellConfig(
        name,
        Optional.of(value),
        anyUser,
        volumeQuotaBlocks,
        partitionBytes,
        directory,
        portBase,
        keytab);
  }

  /** Returns a copy in which anybody has these rights in the roots of new volumes. */
  public CellConfig withAnyUser(AccessRights value) {
    return new CellConfig(
        name, address, value, volumeQuotaBlocks, partitionBytes, directory, portBase, keytab);
  }

  /** Returns a copy with another quota of new volumes, in units of 1024 bytes; 0 is no limit. */
  public CellConfig withVolumeQuotaBlocks(int value) {
    return new CellConfig(
        name, address, anyUser, value, partitionBytes, directory, portBase, keytab);
  }

  /** Returns a copy with other room for all volumes together. */
  public CellConfig withPartitionBytes(long value) {
    return new CellConfig(
        name, address, anyUser, volumeQuotaBlocks, value, directory, portBase, keytab);
  }

  /** Returns a copy that keeps everything in a directory, which is made if need be. */
  public CellConfig withDirectory(Path value) {
    return new CellConfig(
        name,
        address,
        anyUser,
        volumeQuotaBlocks,
        partitionBytes,
        Optional.of(value),
        portBase,
        keytab);
  }

  /** Returns a copy whose ports begin there, for machines with only one loopback address. */
  public CellConfig withPortBase(int value) {
    return new CellConfig(
        name, address, anyUser, volumeQuotaBlocks, partitionBytes, directory, value, keytab);
  }

  /** Returns a copy with the key of a KDC, which is read when the cell starts. */
  public CellConfig withKeytab(Path file) {
    return new CellConfig(
        name,
        address,
        anyUser,
        volumeQuotaBlocks,
        partitionBytes,
        directory,
        portBase,
        Optional.of(file));
  }
}
