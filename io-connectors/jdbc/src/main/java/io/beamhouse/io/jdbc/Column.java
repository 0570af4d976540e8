package io.beamhouse.io.jdbc;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * One column as the database describes it and as rows hold it.
 *
 * @param databaseType the type in the database's words, with precision: {@code numeric(12,2)}
 * @param type of the field, without nullability
 */
record Column(String name, String databaseType, FieldType type, boolean nullable)
    implements Serializable {
  private static final Pattern COARSE = Pattern.compile("(?:timestamp|datetime).*\\((\\d)\\)");

  Field field() {
    return Field.of(name, type.withNullable(nullable));
  }

  /** The database's type without the digits of a time, whose place differs by database. */
  String bareType() {
    return COARSE.matcher(databaseType).matches()
        ? databaseType.substring(0, databaseType.length() - 3)
        : databaseType;
  }

  /** Digits after the second that values of this time keep; 6 for all others. */
  int secondDigits() {
    Matcher matcher = COARSE.matcher(databaseType);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 6;
  }

  Column asNullable() {
    return new Column(name, databaseType, type, true);
  }

  /**
   * What a driver says about a column of a result.
   *
   * @param jdbcType of {@link java.sql.Types} or a vendor's own
   * @param typeName in lower case
   */
  record Description(
      String name, int jdbcType, String typeName, int precision, int scale, boolean nullable) {
    Description asNullable() {
      return new Description(name, jdbcType, typeName, precision, scale, true);
    }

    String text() {
      if (typeName.matches("numeric|decimal|number")) {
        return typeName + "(" + precision + "," + scale + ")";
      }
      boolean coarse = typeName.matches("timestamp.*|datetime.*") && scale >= 0 && scale < 6;
      return coarse ? typeName + "(" + scale + ")" : typeName;
    }
  }
}
