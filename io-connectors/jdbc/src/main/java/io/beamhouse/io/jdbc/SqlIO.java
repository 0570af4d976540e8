package io.beamhouse.io.jdbc;

import io.beamhouse.core.Evolving;

/**
 * Tables of relational databases, read and written by JDBC.
 *
 * <pre>{@code
 * SqlConnection shop = SqlConnection.to("jdbc:postgresql://db/shop")
 *     .withUsername("etl").withPassword(SecretRef.parse("${env:SHOP_PASSWORD}"));
 * IncrementalSource users = SqlIO.readChanges().from(shop).table("users")
 *     .withCursor("updated_at").withKeys("id").reconcileKeys(0.5);
 * }</pre>
 */
@Evolving
public final class SqlIO {
  private SqlIO() {}

  /** Reads a whole table, or the result of a query. */
  public static SqlRead read() {
    return SqlRead.create();
  }

  /** Reads what changed in a table since the last run. */
  public static SqlReadChanges readChanges() {
    return SqlReadChanges.create();
  }

  /** Writes rows so that writing them again changes nothing. */
  public static SqlWrite write() {
    return SqlWrite.create();
  }
}
