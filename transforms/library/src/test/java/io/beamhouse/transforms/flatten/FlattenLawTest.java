package io.beamhouse.transforms.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.RandomRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

class FlattenLawTest {
  private static Schema schema(RandomRows random) {
    Schema.Builder schema = Schema.builder().addInt64Field("id");
    random.schema(3).getFields().forEach(schema::addField);
    return schema.build();
  }

  private static List<Row> rows(RandomRows random, Schema schema, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Object> values = new ArrayList<>(random.row(schema).getValues());
      values.set(0, (long) i);
      rows.add(Row.withSchema(schema).addValues(values).build());
    }
    return rows;
  }

  @Property(tries = 2000)
  void unflattenRestoresWhatALosslessPlanFlattened(@ForAll long seed) {
    RandomRows random = new RandomRows(seed);
    Schema schema = schema(random);
    List<Row> rows = rows(random, schema, 3);
    FlattenRows flatten = RandomSettings.lossless(schema, new Random(seed));
    FlattenPlan plan = flatten.plan(schema);
    assertThat(plan.losses()).isEmpty();

    Map<String, List<Row>> tables = Tables.of(flatten.step(), schema, rows);

    assertThat(unflattened(plan, tables, new Random(seed))).isEqualTo(rows);
  }

  /** Reads the plan from its text, and the rows of each table in any order. */
  private static List<Row> unflattened(
      FlattenPlan plan, Map<String, List<Row>> tables, Random random) {
    Flattening flattening = Assembler.of(plan.toJson());
    Assembler assembler = new Assembler(flattening);
    List<Row> restored = new ArrayList<>();
    for (Row main : tables.get("output")) {
      StoredRow.Family family = new StoredRow.Family();
      for (TableLayout table : flattening.tables().subList(1, flattening.tables().size())) {
        List<Row> children = new ArrayList<>(tables.get(table.name()));
        Collections.shuffle(children, random);
        for (Row child : children) {
          if (child.getString("_row_key").equals(main.getString("_row_key"))) {
            family.add(table, child);
          }
        }
      }
      restored.add(assembler.assemble(main, family));
    }
    return restored;
  }

  @Property(tries = 300)
  void keysAreUniqueAndDoNotDependOnTheOrderOfColumnsOrTheReplay(@ForAll long seed) {
    RandomRows random = new RandomRows(seed);
    Schema schema = schema(random);
    List<Row> rows = rows(random, schema, 3);
    FlattenRows flatten = RandomSettings.lossless(schema, new Random(seed));
    List<Field> fields = new ArrayList<>(schema.getFields());
    Collections.shuffle(fields, new Random(seed));
    Schema other = Schema.of(fields.toArray(new Field[0]));
    List<Row> shuffled = new ArrayList<>();
    for (Row row : rows) {
      List<Object> values = new ArrayList<>();
      fields.forEach(field -> values.add(row.getValue(field.getName())));
      shuffled.add(Row.withSchema(other).addValues(values).build());
    }

    Map<String, List<Row>> tables = Tables.of(flatten.step(), schema, rows);
    Map<String, List<Row>> again = Tables.of(flatten.step(), other, shuffled);

    assertThat(again.keySet()).isEqualTo(tables.keySet());
    Set<String> all = new HashSet<>();
    tables.forEach(
        (name, table) -> {
          List<String> keys = keys(name, table);
          assertThat(keys(name, again.get(name))).isEqualTo(keys);
          keys.forEach(key -> assertThat(all.add(key)).as(name).isTrue());
        });
  }

  private static List<String> keys(String table, List<Row> rows) {
    String column = table.equals("output") ? "_row_key" : "_key";
    return rows.stream().map(row -> row.getString(column)).toList();
  }

  @Property(tries = 300)
  void aPlanIsReadBackFromItsJson(@ForAll long seed) {
    Schema schema = schema(new RandomRows(seed));
    FlattenPlan plan = RandomSettings.lossless(schema, new Random(seed)).plan(schema);

    FlattenPlan back = FlattenPlan.fromJson(plan.toJson());

    assertThat(back.toJson()).isEqualTo(plan.toJson());
    assertThat(back.toText()).isEqualTo(plan.toText());
    assertThat(back.diff(plan)).isEmpty();
    assertThat(Planner.plan(back.settings(), back.input()).plan().toJson())
        .isEqualTo(plan.toJson());
  }
}
