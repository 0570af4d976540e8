package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * What rows are like, column by column, and the rules that say so.
 *
 * <p>Some 30 KB for each column, however many rows. Parts may be merged in any order; quantiles
 * ({@code KLL}, rank error 1.3 %) are random within their error. Not thread-safe.
 */
@Evolving
public final class Profile {
  private final Schema schema;
  private final List<ColumnProfile> columns = new ArrayList<>();

  private Profile(Schema schema) {
    this.schema = schema;
    for (int i = 0; i < schema.getFieldCount(); i++) {
      columns.add(new ColumnProfile(schema, i));
    }
  }

  /** Starts with no row. */
  public static Profile of(Schema schema) {
    return new Profile(schema);
  }

  /** Reads what {@link #toBytes} wrote. */
  public static Profile fromBytes(Schema schema, byte[] bytes) {
    Profile profile = new Profile(schema);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (ColumnProfile column : profile.columns) {
        column.read(in);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the profile is cut short", e);
    }
    return profile;
  }

  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (ColumnProfile column : columns) {
        column.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /** Adds a row; returns this. */
  public Profile add(Row row) {
    columns.forEach(column -> column.add(row));
    return this;
  }

  /** Adds the rows of {@code other}, of the same schema; returns this. */
  public Profile merge(Profile other) {
    if (other.schema.getFieldCount() != schema.getFieldCount()) {
      throw new IllegalArgumentException("a profile of another schema");
    }
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).merge(other.columns.get(i));
    }
    return this;
  }

  /** The rules that all rows pass, as a rules file for CheckRows and CheckDataset. */
  public String toYaml() {
    return Proposals.yaml(columns);
  }
}
