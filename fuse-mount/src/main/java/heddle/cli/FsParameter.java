package heddle.cli;

/**
 * A parameter of a command of {@code heddle fs}: given by its switch, or by its place.
 *
 * @param name its switch, as {@code -dir}
 * @param kind what it takes
 * @param required whether it must be given
 * @param description what it is, for the help
 */
record FsParameter(String name, Kind kind, boolean required, String description) {
  /** What a parameter takes. */
  enum Kind {
    /** One value. */
    SINGLE,
    /** As many values as follow. */
    LIST,
    /** None: that it is there is all. */
    FLAG
  }
}
