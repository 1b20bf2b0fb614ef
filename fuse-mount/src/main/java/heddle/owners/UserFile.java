package heddle.owners;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The map that {@link UserMap#ofLines} makes. Does not change any more once it is made. */
final class UserFile implements UserMap {
  private static final String NUMBER = "-?[0-9]{1,10}";

  private final Map<Integer, Integer> byId = new LinkedHashMap<>();
  private final Map<String, Integer> byName = new LinkedHashMap<>();
  private final Map<Integer, CellUser> back = new LinkedHashMap<>(); // the first line of each user

  private UserFile() {}

  static UserFile parse(List<String> lines, LocalUsers local) throws IOException {
    var file = new UserFile();
    int number = 0;
    for (String line : lines) {
      number++;
      String text = line.replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) {
        file.add(text.split("\\s+"), "line " + number, local);
      }
    }
    return file;
  }

  private void add(String[] words, String where, LocalUsers local) throws IOException {
    if (words.length != 2) {
      throw new IOException(where + " is not of the form AFS-USER LOCAL-USER");
    }
    int user = localUser(words[1], where, local);
    boolean known;
    CellUser cellUser;
    if (words[0].matches(NUMBER)) {
      int id = number(words[0], where);
      known = byId.putIfAbsent(id, user) != null;
      cellUser = new CellUser.Numbered(id);
    } else {
      known = byName.putIfAbsent(words[0], user) != null;
      cellUser = new CellUser.Named(words[0]);
    }
    if (known) {
      throw new IOException(where + " names the AFS user " + words[0] + " once more");
    }
    back.putIfAbsent(user, cellUser);
  }

  private static int localUser(String word, String where, LocalUsers local) throws IOException {
    if (word.matches(NUMBER)) {
      return number(word, where);
    }
    OptionalInt user = local.number(word);
    if (user.isEmpty()) {
      throw new IOException(where + ": there is no user " + word + " on this machine");
    }
    return user.getAsInt();
  }

  /** Numbers of users have 32 bits; with or without a sign. */
  private static int number(String word, String where) throws IOException {
    long value = Long.parseLong(word);
    if (value < Integer.MIN_VALUE || value > 0xffff_ffffL) {
      throw new IOException(where + ": " + word + " is no number of a user");
    }
    return (int) value;
  }

  @Override
  public boolean needsName(int id) {
    return !byId.containsKey(id) && !byName.isEmpty();
  }

  @Override
  public OptionalInt userOf(int id, Optional<String> name) {
    Integer user = byId.get(id);
    if (user == null && name.isPresent()) {
      user = byName.get(name.get());
    }
    return user == null ? OptionalInt.empty() : OptionalInt.of(user);
  }

  @Override
  public Optional<CellUser> cellUserOf(int user) {
    return Optional.ofNullable(back.get(user));
  }
}
