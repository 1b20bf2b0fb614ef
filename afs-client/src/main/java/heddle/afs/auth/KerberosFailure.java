package heddle.afs.auth;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the JDK's Kerberos means. The numbers of the protocol's errors are only in the texts of its
 * exceptions.
 *
 * <p>Protocol source: RFC 4120, 7.5.9.
 */
final class KerberosFailure {
  private static final int SERVICE_UNKNOWN = 7;
  private static final int ENCRYPTION_TYPE_UNKNOWN = 14;
  private static final int WRONG_REALM = 68;
  private static final int CLOCK_SKEW = 37;

  /** What can be done where the JDK does not use a key, with a blank before it. */
  static final String WEAK_CRYPTO =
      " (Java uses arcfour-hmac (23) and des3-cbc-sha1 (16) only where krb5.conf says"
          + " allow_weak_crypto = true, and single DES never.)";

  private static final Pattern CODE = Pattern.compile("\\((\\d+)\\)");

  private KerberosFailure() {}

  /** Returns whether the KDC, or that realm, does not know the service: another name may do. */
  static boolean isUnknownService(Throwable failure) {
    int code = code(failure);
    return code == SERVICE_UNKNOWN
        || code == WRONG_REALM
        || contains(failure, "Cannot locate KDC")
        || contains(failure, "Cannot find KDC")
        || contains(failure, "No service creds")
        || contains(failure, "Fail to create credential");
  }

  /** Returns what can be done about it, with a blank before it; empty if that is not known. */
  static String hint(Throwable failure) {
    int code = code(failure);
    if (code == ENCRYPTION_TYPE_UNKNOWN || contains(failure, "not supported/enabled")) {
      return WEAK_CRYPTO;
    }
    if (code == CLOCK_SKEW) {
      return " (The clocks of this host and of the KDC differ.)";
    }
    return "";
  }

  /** Returns what the innermost exception says. */
  static String text(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String text = String.valueOf(last.getMessage()).strip();
    return text.endsWith(".") ? text : text + ".";
  }

  private static int code(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher code = CODE.matcher(String.valueOf(cause.getMessage()));
      if (code.find()) {
        return Integer.parseInt(code.group(1).substring(0, Math.min(9, code.group(1).length())));
      }
    }
    return 0;
  }

  static boolean contains(Throwable failure, String words) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(words)) {
        return true;
      }
    }
    return false;
  }
}
