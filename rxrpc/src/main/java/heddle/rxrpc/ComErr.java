package heddle.rxrpc;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Names of error codes of com_err: three bytes of such a code are the name of its table, of which
 * the last byte is an index.
 *
 * <p>Protocol source: OpenAFS src/comerr/error_table_nm.c, src/rxkad/asn1_err.h; MIT krb5
 * src/lib/krb5/error_tables/krb5_err.et; RFC 4120, 7.5.9.
 */
final class ComErr {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  private static final int BITS_OF_LETTER = 6;
  private static final int LETTERS_OF_NAME = 4;
  private static final int LETTER_MASK = 0x3f;
  private static final int BITS_OF_INDEX = 8;
  private static final int INDEX_MASK = 0xff;

  /** The tables that servers of AFS send from; any large number would have a name. */
  private static final Set<String> TABLES =
      Set.of(
          "ACFG", "BUDB", "BZ", "KA", "KTC", "PT", "RXGK", "RXK", "U", "VL", "VOLS", "asn1", "krb5",
          "uae");

  private static final int ASN1_BASE = 1_859_794_432;

  /** What is wrong with the encoding of a ticket. */
  private static final List<String> ASN1 =
      words(
          """
          BAD_TIMEFORMAT MISSING_FIELD MISPLACED_FIELD TYPE_MISMATCH OVERFLOW OVERRUN BAD_ID
          BAD_LENGTH BAD_FORMAT PARSE_ERROR EXTRA_DATA BAD_CHARACTER MIN_CONSTRAINT
          MAX_CONSTRAINT EXACT_CONSTRAINT INDEF_OVERRUN INDEF_UNDERRUN GOT_BER INDEF_EXTRA_DATA
          """);

  private static final int KRB_AP_BASE = -1_765_328_384 + 31;

  /** What a service may have against a ticket; the numbers of Kerberos's messages from 31 on. */
  private static final List<String> KRB_AP =
      words(
          """
          BAD_INTEGRITY TKT_EXPIRED TKT_NYV REPEAT NOT_US BADMATCH SKEW BADADDR BADVERSION
          MSG_TYPE MODIFIED BADORDER ILL_CR_TKT BADKEYVER NOKEY MUT_FAIL BADDIRECTION METHOD
          BADSEQ INAPP_CKSUM
          """);

  private ComErr() {}

  /** Returns the code's own name, else its table's and its index there, if they have any. */
  static Optional<String> name(int code) {
    return nameIn(ASN1, "ASN1_", code - ASN1_BASE)
        .or(() -> nameIn(KRB_AP, "KRB5KRB_AP_ERR_", code - KRB_AP_BASE))
        .or(() -> table(code).map(table -> table + " " + (code & INDEX_MASK)));
  }

  private static List<String> words(String table) {
    return List.of(table.strip().split("\\s+"));
  }

  private static Optional<String> nameIn(List<String> table, String prefix, int index) {
    return index >= 0 && index < table.size()
        ? Optional.of(prefix + table.get(index))
        : Optional.empty();
  }

  private static Optional<String> table(int code) {
    var name = new StringBuilder();
    for (int i = LETTERS_OF_NAME - 1; i >= 0; i--) {
      int letter = (code >>> (BITS_OF_INDEX + BITS_OF_LETTER * i)) & LETTER_MASK;
      if (letter != 0) {
        name.append(LETTERS.charAt(letter - 1));
      }
    }
    return Optional.of(name.toString()).filter(TABLES::contains);
  }
}
