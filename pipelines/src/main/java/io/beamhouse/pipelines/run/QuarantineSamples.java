package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.io.delta.QuarantineTable;
import io.beamhouse.pipelines.report.QuarantineSample;
import io.beamhouse.pipelines.report.QuarantineSample.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.beam.sdk.values.Row;

/**
 * A few of the records that a run put into quarantine, for its page.
 *
 * <p>Of the first {@link #MOST_LOOKED_AT} rows of each table, up to {@link #FOR_EACH_RULE} records
 * of each of up to {@link #MOST_RULES} rules, those with the smallest ids. Memory: these.
 */
@Internal
public final class QuarantineSamples {
  static final int FOR_EACH_RULE = 5;
  static final int MOST_RULES = 40;
  static final int MOST_LOOKED_AT = 200_000;
  private static final int MOST_CHARACTERS = 200;
  private static final Pattern SECRET =
      Pattern.compile("(.*_)?(password|passwd|passphrase|secret|token|private_?key|api_?key)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean values;

  private QuarantineSamples(boolean values) {
    this.values = values;
  }

  /**
   * Reads the tables of {@code job}; one that cannot be read says so.
   *
   * @param values whether values are shown; those of fields named like secrets never are
   */
  public static List<QuarantineSample.Table> of(SpecJob job, long run, boolean values) {
    QuarantineSamples samples = new QuarantineSamples(values);
    return QuarantineReplay.of(job).stream().map(sink -> samples.table(job, sink, run)).toList();
  }

  private QuarantineSample.Table table(SpecJob job, QuarantineReplay sink, long run) {
    QuarantineTable table = sink.quarantine().table();
    try {
      OptionalLong version = table.version();
      return version.isEmpty()
          ? none(sink, table, "no table yet")
          : read(job, sink, table, version.getAsLong(), run);
    } catch (BeamhouseException e) {
      return none(sink, table, "could not be read: " + e.getMessage());
    }
  }

  private static QuarantineSample.Table none(
      QuarantineReplay sink, QuarantineTable table, String why) {
    return new QuarantineSample.Table(sink.name(), table.path(), List.of(), why);
  }

  private QuarantineSample.Table read(
      SpecJob job, QuarantineReplay sink, QuarantineTable table, long version, long run) {
    TreeMap<String, TreeMap<String, Row>> byRule = new TreeMap<>();
    int[] seen = {0};
    boolean[] all = {true};
    table.read(
        version,
        row -> {
          if (seen[0]++ == MOST_LOOKED_AT) {
            all[0] = false;
            return false;
          }
          boolean ours =
              row.getString(QuarantineTable.PIPELINE).equals(job.name())
                  && row.getString(QuarantineTable.SINK).equals(sink.name())
                  && (row.getInt64(QuarantineTable.RUN) == run
                      || row.getInt64(QuarantineTable.FIRST_RUN) == run);
          if (ours) {
            take(row, byRule);
          }
          return true;
        });
    List<QuarantineSample> samples =
        byRule.values().stream().flatMap(rows -> rows.values().stream()).map(this::sample).toList();
    String note = all[0] ? "" : "only the first " + MOST_LOOKED_AT + " records were looked at";
    return new QuarantineSample.Table(
        sink.name(),
        table.path(),
        samples,
        samples.isEmpty() && note.isEmpty() ? "no record of this run" : note);
  }

  private static void take(Row row, TreeMap<String, TreeMap<String, Row>> byRule) {
    String rule = row.getString(QuarantineTable.STEP) + "\n" + row.getString(QuarantineTable.RULE);
    TreeMap<String, Row> rows = byRule.computeIfAbsent(rule, any -> new TreeMap<>());
    rows.put(row.getString(QuarantineTable.ID), row);
    if (rows.size() > FOR_EACH_RULE) {
      rows.pollLastEntry();
    }
    if (byRule.size() > MOST_RULES) {
      byRule.pollLastEntry();
    }
  }

  private QuarantineSample sample(Row row) {
    return new QuarantineSample(
        row.getString(QuarantineTable.ID),
        row.getString(QuarantineTable.STEP),
        row.getString(QuarantineTable.RULE),
        row.getString(QuarantineTable.MESSAGE),
        row.getString(QuarantineTable.POSITION),
        fields(row.getString(QuarantineTable.RAW), values));
  }

  static List<Field> fields(String raw, boolean values) {
    List<Field> fields = new ArrayList<>();
    try {
      JSON.readTree(raw)
          .fields()
          .forEachRemaining(field -> fields.add(field(field.getKey(), field.getValue(), values)));
    } catch (JsonProcessingException e) {
      fields.add(new Field("record", "not readable", true));
    }
    return fields;
  }

  private static Field field(String name, JsonNode value, boolean values) {
    boolean shown = values && !secret(name);
    return new Field(name, shown ? text(value) : kind(value), !shown);
  }

  private static boolean secret(String name) {
    return SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  private static String text(JsonNode value) {
    String text = value.isTextual() ? value.textValue() : withoutSecrets(value).toString();
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }

  private static JsonNode withoutSecrets(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (secret(name)) {
                  object.put(name, "•••");
                }
              });
    }
    value.forEach(QuarantineSamples::withoutSecrets);
    return value;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "null";
      case STRING -> "••• text of " + value.textValue().length();
      case NUMBER -> "••• number";
      case BOOLEAN -> "••• truth value";
      case ARRAY -> "••• list of " + value.size();
      case OBJECT -> "••• " + value.size() + " fields";
      default -> "•••";
    };
  }
}
