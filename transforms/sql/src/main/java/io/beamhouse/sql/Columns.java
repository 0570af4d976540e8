package io.beamhouse.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;

/**
 * The columns of rows that SQL can see.
 *
 * @param sql the columns as Beam SQL sees them
 * @param original the same columns with our types
 * @param carriers of those columns
 * @param positions of those columns in the row
 * @param unseen the others, with the reason
 */
record Columns(
    Schema sql,
    Schema original,
    List<Carrier> carriers,
    List<Integer> positions,
    Map<String, String> unseen) {

  static Columns of(Schema row) {
    List<Carrier> carriers = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    Map<String, String> unseen = new LinkedHashMap<>();
    Schema.Builder sql = Schema.builder();
    Schema.Builder original = Schema.builder();
    for (int i = 0; i < row.getFieldCount(); i++) {
      Field field = row.getField(i);
      try {
        Carrier carrier = Carrier.of(field.getType());
        sql.addField(Field.of(field.getName(), carrier.sql()));
        original.addField(field);
        carriers.add(carrier);
        positions.add(i);
      } catch (Carrier.NoCarrierException e) {
        unseen.put(field.getName(), e.getMessage());
      }
    }
    return new Columns(sql.build(), original.build(), carriers, positions, unseen);
  }

  /** Adds to a problem what SQL's own message cannot know of these columns. */
  String explained(String problem) {
    StringBuilder result = new StringBuilder(problem);
    unseen.forEach(
        (name, why) -> {
          if (problem.contains("'" + name + "'")) {
            result.append("; column '").append(name).append("' is there, but ").append(why);
          }
        });
    List<String> times =
        original.getFields().stream()
            .filter(f -> Carrier.isMicros(f.getType()))
            .map(Field::getName)
            .toList();
    if (!times.isEmpty() && problem.contains("BIGINT")) {
      result
          .append("; in SQL ")
          .append(String.join(", ", times))
          .append(times.size() == 1 ? " is a number" : " are numbers")
          .append(
              " of microseconds: compare with MICROS('2026-01-31T10:20:30Z'), or make it a"
                  + " TIMESTAMP of milliseconds by TO_TIMESTAMP(")
          .append(times.get(0))
          .append(")");
    }
    return result.toString();
  }
}
