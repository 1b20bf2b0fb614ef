package heddle.cli;

import heddle.afs.Fid;
import heddle.afs.VolumeStatus;
import heddle.afs.VolumeUpdate;
import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import heddle.fuse.MountedPath.LastName;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The commands of {@code heddle fs} about volumes: use, quota, status.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour); doc/man-pages/pod1/fs_listquota.pod,
 * fs_examine.pod.
 */
final class FsVolumeCommands {
  private static final double WARN_OF_QUOTA = 90; // per cent
  private static final double WARN_OF_PARTITION = 97;
  private static final double WARN_OF_SPACE = 90;
  private static final int KIBI = 1024;
  private static final String UNITS = "KMGTP"; // of 1024 bytes, and powers of 1024 of that
  private static final int MAX_MESSAGE_BYTES = 256; // a server's, its zero included

  private FsVolumeCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("examine", "show the volume a file is in: id, name, quota, use")
            .alias("exa")
            .alias("listvol")
            .alias("lv")
            .paths()
            .note("heddle fs examine /afs/example.org/user/alice")
            .does(FsVolumeCommands::examine),
        FsSyntax.of("listquota", "show quota and use of volumes, a line each")
            .alias("lq")
            .paths()
            .flag("-human", "sizes with units")
            .note("heddle fs listquota ~ -human")
            .does(FsVolumeCommands::listQuota),
        FsSyntax.of("quota", "show how much of a volume's quota is used")
            .paths()
            .note("heddle fs quota ~")
            .does(FsVolumeCommands::quota),
        FsSyntax.of("diskfree", "show use of the partitions that volumes are on")
            .alias("df")
            .paths()
            .flag("-human", "sizes with units")
            .note("heddle fs diskfree ~")
            .does(FsVolumeCommands::diskFree),
        FsSyntax.of("setquota", "set the quota of a volume (for administrators)")
            .alias("sq")
            .single("-path", "file or directory in the volume; default: the working directory")
            .requiredSingle("-max", "KiB, or a number with K, M, G or T behind it; 0: no limit")
            .note("heddle fs setquota /afs/.example.org/user/alice -max 10G")
            .does(FsVolumeCommands::setQuota),
        FsSyntax.of("setvol", "set quota and offline message (for administrators)")
            .alias("sv")
            .paths()
            .single("-max", "KiB, or a number with K, M, G or T behind it; 0: no limit")
            .single("-offlinemsg", "why the volume is offline")
            .note("heddle fs setvol . -offlinemsg 'back at noon'")
            .does(FsVolumeCommands::setVolume));
  }

  private static FsAnswer.Volume fetch(FsTarget target) throws IOException {
    return target.agent().ask(new FsRequest.ReadVolume(target.path()), FsAnswer.Volume.class);
  }

  private static Map<String, Object> json(String shown, FsAnswer.Volume volume) {
    VolumeStatus status = volume.status();
    var fields = new LinkedHashMap<String, Object>();
    StatusText.putName(fields, "path", RawArguments.toBytes(shown));
    fields.put("fid", FsPlaceCommands.text(volume.fid()));
    fields.put("cell", volume.fid().cell());
    fields.put("volume", status.name());
    fields.put("id", Integer.toUnsignedLong(status.volume()));
    fields.put("quotaKiB", status.quota());
    fields.put("usedKiB", status.used());
    fields.put("partitionFreeKiB", status.partitionFree());
    fields.put("partitionKiB", status.partitionSize());
    fields.put("readOnly", status.readOnly());
    fields.put("offlineMessage", status.offlineMessage());
    return fields;
  }

  /** Writes about the volume of each path: a JSON object, or what {@code text} makes of it. */
  private static void forEachVolume(FsRun run, Text text) throws IOException {
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          FsAnswer.Volume volume = fetch(target);
          if (run.json()) {
            run.add(json(shown, volume));
          } else {
            text.write(run.output(), volume, shown);
          }
        });
  }

  /** Writes about one volume. */
  @FunctionalInterface
  private interface Text {
    void write(Output output, FsAnswer.Volume volume, String shown) throws IOException;
  }

  private static void examine(FsRun run) throws IOException {
    forEachVolume(
        run,
        (output, volume, shown) -> {
          Fid fid = volume.fid();
          VolumeStatus status = volume.status();
          output.text("File ").name(RawArguments.toBytes(shown));
          output.text(
              " ("
                  + FsPlaceCommands.text(fid)
                  + ") contained in volume "
                  + Integer.toUnsignedString(fid.volume())
                  + "\n");
          output
              .text("Volume status for vid = " + Integer.toUnsignedString(status.volume()))
              .text(" named ")
              .name(bytes(status.name()))
              .newLine();
          if (!status.offlineMessage().isEmpty()) {
            output
                .text("Current offline message is ")
                .name(bytes(status.offlineMessage()))
                .newLine();
          }
          output.text(
              "Current disk quota is "
                  + (status.quota() == 0 ? "unlimited" : status.quota())
                  + "\nCurrent blocks used are "
                  + status.used()
                  + "\nThe partition has "
                  + status.partitionFree()
                  + " blocks available out of "
                  + status.partitionSize()
                  + "\n\n");
        });
  }

  private static void listQuota(FsRun run) throws IOException {
    if (!run.json()) {
      run.output()
          .text(
              String.format(
                  "%-25s%-11s%-11s%-7s%-11s\n",
                  "Volume Name", "      Quota", "       Used", " %Used", "  Partition"));
    }
    Size size = Size.of(run);
    forEachVolume(run, (output, volume, shown) -> output.text(quotaLine(volume.status(), size)));
  }

  private static String quotaLine(VolumeStatus status, Size size) {
    double quotaUsed = status.quota() == 0 ? 0 : 100.0 * status.used() / status.quota();
    double partitionUsed = partitionUsed(status);
    String quota = status.quota() == 0 ? "   no limit " : " " + size.text(status.quota()) + " ";
    boolean warn = quotaUsed > WARN_OF_QUOTA || partitionUsed > WARN_OF_PARTITION;
    return name(status)
        + quota
        + size.text(status.used())
        + perCent("%5s", quotaUsed, WARN_OF_QUOTA)
        + perCent("%9s", partitionUsed, WARN_OF_PARTITION)
        + (warn ? "  <<WARNING\n" : "\n");
  }

  private static void diskFree(FsRun run) throws IOException {
    Size size = Size.of(run);
    if (!run.json()) {
      run.output()
          .text(
              String.format(
                  "%-25s%10s%10s%10s%6s\n",
                  "Volume Name",
                  size == Size.HUMAN ? "total" : "kbytes",
                  "used",
                  "avail",
                  "%used"));
    }
    forEachVolume(run, (output, volume, shown) -> output.text(spaceLine(volume.status(), size)));
  }

  private static String spaceLine(VolumeStatus status, Size size) {
    double used = partitionUsed(status);
    return name(status)
        + size.text(status.partitionSize())
        + size.text(status.partitionSize() - status.partitionFree())
        + size.text(status.partitionFree())
        + perCent(" %4s", used, WARN_OF_SPACE)
        + (used > WARN_OF_SPACE ? "  <<WARNING\n" : "\n");
  }

  private static void quota(FsRun run) throws IOException {
    forEachVolume(
        run,
        (output, volume, shown) -> {
          VolumeStatus status = volume.status();
          double used = status.quota() == 0 ? 0 : 100.0 * status.used() / status.quota();
          output.text(String.format("%2s%% of quota used.\n", rounded(used, 0)));
        });
  }

  private static double partitionUsed(VolumeStatus status) {
    return status.partitionSize() == 0
        ? 0
        : 100.0 - 100.0 * status.partitionFree() / status.partitionSize();
  }

  private static String name(VolumeStatus status) {
    return String.format("%-25.25s", status.name());
  }

  private static String perCent(String form, double value, double warnAbove) {
    return String.format(form, rounded(value, 0)) + (value > warnAbove ? "%<<" : "%  ");
  }

  /** Rounds as C's printf does: what is exactly between goes to the even one. */
  private static String rounded(double value, int digits) {
    return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** How sizes are written. */
  private enum Size {
    KIBIBYTES,
    HUMAN;

    static Size of(FsRun run) {
      return run.arguments().has("-human") ? HUMAN : KIBIBYTES;
    }

    String text(long kibibytes) {
      if (this == KIBIBYTES) {
        return String.format("%10d", kibibytes);
      }
      float left = kibibytes;
      int unit = 0;
      while (left >= KIBI && unit < UNITS.length() - 1) {
        left /= KIBI;
        unit++;
      }
      return String.format("%9s%c", rounded(left, 1), UNITS.charAt(unit));
    }
  }

  private static void setQuota(FsRun run) throws IOException {
    update(run);
  }

  private static void setVolume(FsRun run) throws IOException {
    if (run.arguments().value("-max").isEmpty() && run.arguments().value("-offlinemsg").isEmpty()) {
      run.complain("fs: nothing to set; give -max or -offlinemsg");
      return;
    }
    update(run);
  }

  private static void update(FsRun run) throws IOException {
    VolumeUpdate update = VolumeUpdate.NOTHING;
    if (run.arguments().value("-max").isPresent()) {
      OptionalInt quota = kibibytes(run.arguments().required("-max"));
      if (quota.isEmpty()) {
        run.complain("fs: bad integer specified for quota; as 5000 (KiB), 500M, 10G or 0");
        return;
      }
      update = update.withQuota(quota.getAsInt());
    }
    if (run.arguments().value("-offlinemsg").isPresent()) {
      String message = RightsChange.text(run.arguments().required("-offlinemsg"));
      if (bytes(message).length >= MAX_MESSAGE_BYTES) {
        run.complain("fs: message must be shorter than " + MAX_MESSAGE_BYTES + " characters");
        return;
      }
      update = update.withOfflineMessage(message);
    }
    VolumeUpdate wanted = update;
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          target.agent().ask(new FsRequest.WriteVolume(target.path(), wanted), FsAnswer.Done.class);
          if (run.json()) {
            run.add(json(shown, fetch(target)));
          }
        });
  }

  /** Reads {@code 5000}, {@code 500M} or {@code 10G}; a number alone is KiB. */
  static OptionalInt kibibytes(String text) {
    int unit = text.isEmpty() ? -1 : UNITS.indexOf(text.charAt(text.length() - 1));
    String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
    if (!digits.matches("\\d{1,12}")) {
      return OptionalInt.empty();
    }
    long value = Long.parseLong(digits);
    for (int i = 0; i < unit && value <= Integer.MAX_VALUE; i++) {
      value *= KIBI;
    }
    return value > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
