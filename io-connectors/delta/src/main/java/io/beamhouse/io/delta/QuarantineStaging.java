package io.beamhouse.io.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.staging.RowStaging;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Turns quarantined rows of any record type into rows of the quarantine table; writes nothing.
 *
 * <p>A record's id is a hash of the pipeline, the sink, the step, the position and the record
 * itself, so it is the same in every run, attempt and runner. What the record was refused for is
 * not part of it: a record that fails again for another reason is still the same record.
 */
final class QuarantineStaging implements RowStaging {
  private static final List<String> TEXTS = List.of("error_message", "rule", "step", "position");
  private static final int ID_BYTES = 16;
  private static final int BUCKETS = 64;

  private final SinkContext run;
  private final int raw;
  private final FieldType rawType;
  private final int[] texts = new int[TEXTS.size()];
  private final int source;
  private final int failures;
  private final FieldType failuresType;

  private QuarantineStaging(SinkContext run, Schema rows) {
    this.run = run;
    this.raw = rows.indexOf("failed_row");
    this.rawType = rows.getField(raw).getType();
    for (int i = 0; i < texts.length; i++) {
      texts[i] = rows.indexOf(TEXTS.get(i));
    }
    this.source =
        rawType.getTypeName() == TypeName.ROW ? Quarantined.position(rawType.getRowSchema()) : -1;
    this.failures = rows.hasField("failures") ? rows.indexOf("failures") : -1;
    this.failuresType = failures < 0 ? null : rows.getField(failures).getType();
  }

  /** Throws SpecException when {@code rows} are not quarantined rows. */
  static QuarantineStaging of(SinkContext run, Schema rows) {
    Problems problems = new Problems();
    if (!rows.hasField("failed_row")) {
      problems.add("input", missing("failed_row", rows));
    }
    for (String name : TEXTS) {
      if (!rows.hasField(name)) {
        problems.add("input", missing(name, rows));
      } else if (rows.getField(name).getType().getTypeName() != TypeName.STRING) {
        problems.add("input", "column '" + name + "' is no STRING");
      }
    }
    problems.throwIfAny();
    return new QuarantineStaging(run, rows);
  }

  /** Brings the records of {@code id} together; in parts small enough to be held. */
  static int bucket(String id) {
    return Math.floorMod(id.hashCode(), BUCKETS);
  }

  private static String missing(String name, Schema rows) {
    return "there is no column '"
        + name
        + "' (columns: "
        + String.join(", ", rows.getFieldNames())
        + "); take the output that a step's error_handling names";
  }

  @Override
  public Stage start() {
    return new Recording();
  }

  private final class Recording implements Stage {
    private final MessageDigest sha = sha();

    @Override
    public void begin() {}

    @Override
    public void stage(Row row, Records out) {
      Row record = row.getValue(raw) instanceof Row failed ? failed : null;
      String json = RowJson.write(row.getValue(raw), rawType.withNullable(true));
      String step = run.from().isEmpty() ? text(row, 2) : run.from();
      String position = row.getString(texts[3]);
      if (position == null && source >= 0 && record != null) {
        position = record.getString(source);
      }
      byte[] id = id(step, position, json);
      Row kept =
          Row.withSchema(QuarantineTable.SCHEMA)
              .attachValues(
                  Arrays.asList(
                      HexFormat.of().formatHex(id),
                      run.pipeline(),
                      run.sinkId(),
                      step,
                      text(row, 1),
                      text(row, 0),
                      failures(row),
                      position,
                      json,
                      1L,
                      1,
                      run.run(),
                      run.run(),
                      null));
      out.add(bucket(kept.getString(QuarantineTable.ID)), QuarantineBytes.of(kept));
    }

    private String text(Row row, int text) {
      return Objects.requireNonNullElse(row.getString(texts[text]), "");
    }

    private String failures(Row row) {
      Object all = failures < 0 ? null : row.getValue(failures);
      return all == null ? null : RowJson.write(all, failuresType);
    }

    private byte[] id(String step, String position, String json) {
      for (String part : new String[] {run.pipeline(), run.sinkId(), step, position}) {
        byte[] bytes = part == null ? new byte[] {(byte) 0xff} : part.getBytes(UTF_8);
        sha.update(bytes);
        sha.update((byte) 0);
      }
      return Arrays.copyOf(sha.digest(json.getBytes(UTF_8)), ID_BYTES);
    }

    @Override
    public void finish(Records out) {}

    @Override
    public void abandon() {}
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
