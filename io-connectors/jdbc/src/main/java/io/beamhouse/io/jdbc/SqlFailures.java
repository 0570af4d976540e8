package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StorageFailedException;
import java.sql.SQLException;
import java.util.Locale;

/** Turns a driver's exception into one that says what to do. */
final class SqlFailures {
  /** What went wrong, as far as a caller can act on it. */
  enum Kind {
    LOGIN("the database refused the user or the password", "correct username and password"),
    UNREACHABLE(
        "the database cannot be reached or the connection was lost",
        "check host, port and network, or wait until the database is up"),
    SHUTDOWN("the database shut down or ended the session", "wait until it is up"),
    NO_DATABASE("the database does not exist", "correct url"),
    NO_TABLE("a table does not exist or is not visible to the user", "correct table or grant it"),
    NO_COLUMN("a column does not exist", "correct the column's name"),
    DENIED("the user lacks a right", "grant SELECT to the user"),
    TIMEOUT("the statement took longer than allowed", "raise query_timeout or add an index"),
    BUSY("the database has no room for another session", "lower splits or raise its limit"),
    CONFLICT("another transaction was in the way", "nothing"),
    DATA("the data do not fit the table", "correct the data"),
    SYNTAX("the database did not understand the statement", "correct where or query"),
    OTHER("the database failed the statement", "see its message");

    final String why;
    final String fix;

    Kind(String why, String fix) {
      this.why = why;
      this.fix = fix;
    }

    /** Whether the same statement may well succeed a little later. */
    boolean isTransient() {
      return this == UNREACHABLE
          || this == SHUTDOWN
          || this == BUSY
          || this == CONFLICT
          || this == TIMEOUT;
    }
  }

  private SqlFailures() {}

  static SourceFailedException of(SQLException e, SqlConnection to, String doing) {
    Kind kind = to.dialect().kind(e);
    return new SourceFailedException(
        "Failed "
            + doing
            + " at "
            + to
            + ": "
            + kind.why
            + " ("
            + firstLine(e)
            + ", SQLSTATE "
            + e.getSQLState()
            + "). To fix: "
            + kind.fix
            + ", then run again.",
        e);
  }

  /** As {@link #of}, without the vendor's words and cause: they may quote the values of a row. */
  static StorageFailedException ofWrite(SQLException e, SqlConnection to, String doing) {
    Kind kind = to.dialect().kind(e);
    return new StorageFailedException(
        "Failed "
            + doing
            + " at "
            + to
            + ": "
            + kind.why
            + " (SQLSTATE "
            + e.getSQLState()
            + ", code "
            + e.getErrorCode()
            + "). To fix: "
            + kind.fix
            + ", then run again.");
  }

  /** The first line only: the lines after it may quote values. */
  private static String firstLine(SQLException e) {
    String message = String.valueOf(e.getMessage());
    String line = message.lines().findFirst().orElse("").strip();
    line = line.replaceAll("(?i)(password|pwd)\\s*[=:]\\s*\\S+", "$1=***");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  /** The classification by SQLSTATE that standard and most databases share. */
  static Kind byState(SQLException e) {
    String state = String.valueOf(e.getSQLState()).toUpperCase(Locale.ROOT);
    return switch (state) {
      case "57P01", "57P02", "57P03", "57P05" -> Kind.SHUTDOWN;
      case "57014", "HYT00", "HYT01" -> Kind.TIMEOUT;
      case "3D000", "90013", "90146", "90149" -> Kind.NO_DATABASE;
      case "42P01", "42S02", "42S04", "42S03", "3F000", "90079" -> Kind.NO_TABLE;
      case "42703", "42S22" -> Kind.NO_COLUMN;
      case "42501", "90096" -> Kind.DENIED;
      case "90067", "90098", "90121" -> Kind.UNREACHABLE;
      case "25P03" -> Kind.SHUTDOWN;
      default -> byClass(state);
    };
  }

  private static Kind byClass(String state) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08" -> Kind.UNREACHABLE;
      case "28" -> Kind.LOGIN;
      case "53" -> Kind.BUSY;
      case "40" -> Kind.CONFLICT;
      case "22", "23", "44" -> Kind.DATA;
      case "42" -> Kind.SYNTAX;
      default -> Kind.OTHER;
    };
  }
}
