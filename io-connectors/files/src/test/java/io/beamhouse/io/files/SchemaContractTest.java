package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that no longer have the schema, read run by run. */
class SchemaContractTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir Path directory;

  private Optional<String> position = Optional.empty();
  private Map<String, String> facts = Map.of();
  private int files;

  private NewFiles source(
      String format,
      SchemaContract contract,
      UnaryOperator<ReadNewFilesProvider.Config.Builder> c) {
    ReadNewFilesProvider.Config.Builder config =
        ReadNewFilesProvider.Config.builder()
            .setPath(directory + "/*." + format)
            .setFormat(format)
            .setErrorHandling(ErrorHandling.builder().setOutput("errors").build())
            .setSchemaContract(
                SchemaContractKeys.builder()
                    .setNewColumn(key(contract.newColumn()))
                    .setMissingColumn(key(contract.missingColumn()))
                    .setTypeChange(key(contract.typeChange()))
                    .build());
    return NewFiles.of(c.apply(config).build());
  }

  private static String key(SchemaContract.Drift drift) {
    return drift == SchemaContract.Drift.DEFAULT ? null : drift.name().toLowerCase(Locale.ROOT);
  }

  private static SchemaContract contract(String added, String missing, String type) {
    return SchemaContract.of(added, missing, type);
  }

  /** A whole run; rows as {@code a=1,b=x}, bad records as {@code !rule|raw}. */
  private List<String> next(String format, SchemaContract contract) throws Exception {
    return next(source(format, contract, c -> c));
  }

  private List<String> next(NewFiles source) throws Exception {
    Increment plan =
        source.plan(
            new PlanRequest(
                1, position, NOW, Optional.empty(), directory.resolve("work").toString()));
    facts = plan.facts();
    List<String> read = new ArrayList<>();
    if (!plan.nothingNew()) {
      position = Optional.of(plan.position());
      for (Outcome outcome : Lake.outcomes(source.files(plan), source.columns(), true)) {
        read.add(outcome.good() ? text(outcome.row(), plan.schema()) : bad(outcome.row()));
      }
    }
    return read;
  }

  private static String text(Row row, Schema planned) {
    assertThat(row.getSchema()).isEqualTo(planned);
    List<String> values = new ArrayList<>();
    for (Schema.Field field : planned.getFields()) {
      values.add(field.getName() + "=" + row.getValue(field.getName()));
    }
    return String.join(",", values);
  }

  private static String bad(Row row) {
    return "!" + row.getString("rule") + "|" + row.getRow("failed_row").getString("record");
  }

  private void write(String format, String text) throws Exception {
    Path file = directory.resolve("f" + ++files + "." + format);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(1000 - files)));
  }

  @Test
  void columnsThatComeAndGoEvolveTheSchemaForGood() throws Exception {
    SchemaContract evolve = contract("evolve", "evolve", "quarantine");
    write("csv", "a,b\n1,x\n");
    write("csv", "b,a,c\ny,2,2.5\n");
    assertThat(next("csv", evolve)).containsExactly("a=1,b=x,c=null", "a=2,b=y,c=2.5");
    assertThat(facts).containsEntry("schema_changes", "new column c DOUBLE (evolve) in f2.csv");
    write("csv", "a\n3\n");
    write("csv", "a,b\n4,z\n");
    assertThat(next("csv", evolve)).containsExactly("a=3,b=null,c=null", "a=4,b=z,c=null");
    assertThat(facts)
        .containsEntry(
            "schema_changes",
            "missing column b (evolve) in f3.csv; missing column c (evolve) in f3.csv and 1 more");
    write("csv", "a,b,c\n5,w,five\n");
    assertThat(next("csv", evolve)).containsExactly("!csv.type|5,w,five");
    assertThat(facts).doesNotContainKey("schema_changes");
  }

  @Test
  void aGivenSchemaGrowsAndIsKeptWithWhatItGrewBy() throws Exception {
    Schema given = Schema.builder().addInt64Field("a").addStringField("b").build();
    NewFiles source =
        source(
            "csv",
            contract("evolve", null, null),
            c -> c.setSchema(SchemaJson.toJson(given)).setGuessTypes(false));
    write("csv", "a,b,c\n1,x,7\n");
    assertThat(next(source)).containsExactly("a=1,b=x,c=7");
    write("csv", "a,b,c\n2,x,8\n");
    assertThat(next(source)).containsExactly("a=2,b=x,c=8");
    assertThat(facts).doesNotContainKey("schema_changes");
    // Not said to evolve, so that the file is refused as without a contract.
    write("csv", "a,c\n2,8\n");
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("found a,c, expected (in any order) a,b,c");
  }

  @Test
  void frozenMeansThatNothingIsReadAndNamesWhatIsFoundAndAllowed() throws Exception {
    SchemaContract freeze = contract("freeze", "freeze", "freeze");
    write("csv", "a,b\n1,x\n");
    next("csv", freeze);
    write("csv", "a,b,c\n1,x,y\n");
    assertThatThrownBy(() -> next("csv", freeze))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f2.csv: new column c STRING")
        .hasMessageContaining("columns are a, b");
    Files.delete(directory.resolve("f2.csv"));
    write("csv", "a\n1\n");
    assertThatThrownBy(() -> next("csv", freeze)).hasMessageContaining("missing column b");
    Files.delete(directory.resolve("f3.csv"));
    write("csv", "a,b\n1,x\ntwo,y\n");
    assertThatThrownBy(() -> next("csv", freeze))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f4.csv:3: column a: not a valid INT64")
        .hasMessageNotContaining("two");
  }

  @Test
  void quarantinedFilesGiveEveryRecordOnceAndTheOthersAreRead() throws Exception {
    SchemaContract quarantine = contract("quarantine", "quarantine", "quarantine");
    write("csv", "a,b\n1,x\n");
    assertThat(next("csv", quarantine)).containsExactly("a=1,b=x");
    write("csv", "a,b,c\n2,x,y\n3,\"x\ny\",z\n");
    write("csv", "a\n4\n\n5\n");
    write("csv", "a,b\nsix,x\n7,y\n");
    // Perhaps a file without a header: its first line is a record.
    write("csv", "8,secret\n9,z\n");
    assertThat(next("csv", quarantine))
        .containsExactly(
            "!schema.new_column|2,x,y",
            "!schema.new_column|3,\"x\ny\",z",
            "!schema.missing_column|4",
            "!schema.missing_column|",
            "!schema.missing_column|5",
            "!csv.type|six,x",
            "a=7,b=y",
            "!csv.header|8,secret",
            "!csv.header|9,z");
    assertThat(facts.get("schema_changes"))
        .isEqualTo(
            "new column c STRING (quarantine) in f2.csv; missing column b (quarantine) in f3.csv;"
                + " none of the columns is known (quarantine) in f5.csv");
  }

  @Test
  void whatDoesNotFitIsRescuedAsJson() throws Exception {
    SchemaContract rescue = contract("rescue", "evolve", "rescue");
    write("csv", "a,b\n1,x\n");
    write("csv", "a,new,b\ntwo,\"q\"\"\\\n\u0001é\",y\n3,,z\n");
    assertThat(next("csv", rescue))
        .containsExactly(
            "a=1,b=x,_rescued=null",
            "a=null,b=y,_rescued={\"a\":\"two\",\"new\":\"q\\\"\\\\\\n\\u0001é\"}",
            "a=3,b=z,_rescued=null");
    // What was rescued stays outside of the schema.
    write("csv", "a,b,_rescued\n4,v,mine\n");
    assertThat(next("csv", rescue)).containsExactly("a=4,b=v,_rescued={\"_rescued\":\"mine\"}");
  }

  @Test
  void whereNullIsNotAllowedNothingCanBeRescued() throws Exception {
    Schema given = Schema.builder().addInt64Field("a").addNullableStringField("b").build();
    NewFiles source =
        source(
            "csv", contract("rescue", null, "rescue"), c -> c.setSchema(SchemaJson.toJson(given)));
    write("csv", "a,b,c\ntwo,x,rest\n3,y,rest\n");
    assertThat(next(source))
        .containsExactly("!csv.type|two,x,rest", "a=3,b=y,_rescued={\"c\":\"rest\"}");
  }

  @Test
  void membersOfJsonComeAndGo() throws Exception {
    write("json", "{\"a\":1,\"b\":\"x\"}\n");
    assertThat(next("json", contract("evolve", "evolve", "quarantine"))).hasSize(1);
    write("json", "{\"a\":2,\"c\":{\"d\":[1]}}\n{\"a\":3,\"b\":null}\n{\"a\":\"4\"}\n");
    assertThat(next("json", contract("evolve", "evolve", "quarantine")))
        .hasSize(3)
        .contains("a=3,b=null,c=null", "!json.type|{\"a\":\"4\"}");
    assertThat(facts.get("schema_changes")).startsWith("new column c");

    position = Optional.empty();
    Files.delete(directory.resolve("f2.json"));
    String odd =
        "{\"a\" : 1e2 , \"new\":[1, {\"x\": \"}\"}], \"b\":{\"deep\":1.50}, \"t\":true,"
            + " \"s\":\"q\\\"\"}\n";
    next("json", contract("rescue", null, "rescue"));
    write("json", odd + "{\"b\":\"only\"}\n{\"a\":1,\"a\":2}\n{\"a\":1,\"n\":\n");
    assertThat(next("json", contract("rescue", null, "rescue")))
        .containsExactly(
            "a=null,b=null,_rescued={\"a\":1e2,\"new\":[1, {\"x\": \"}\"}],\"b\":{\"deep\":1.50},"
                + "\"t\":true,\"s\":\"q\\\"\"}",
            "a=null,b=only,_rescued=null",
            "!json.type|{\"a\":1,\"a\":2}",
            "!json.type|{\"a\":1,\"n\":");
  }

  @Test
  void membersOfJsonAreFrozenOrQuarantined() throws Exception {
    write("json", "{\"a\":1,\"b\":\"x\"}\n");
    SchemaContract quarantine = contract("quarantine", "quarantine", null);
    next("json", quarantine);
    write("json", "{\"a\":1,\"b\":\"x\",\"c\":0}\n{\"a\":2}\n{\"a\":3,\"b\":null}\n[]\n");
    assertThat(next("json", quarantine))
        .containsExactly(
            "!schema.new_column|{\"a\":1,\"b\":\"x\",\"c\":0}",
            "!schema.missing_column|{\"a\":2}",
            "a=3,b=null",
            "!json.type|[]");
    write("json", "{\"a\":\"x\",\"b\":\"x\"}\n");
    assertThatThrownBy(() -> next("json", contract(null, null, "freeze")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f3.json:1: column a: not an integer");
  }

  private void parquet(Schema schema, Object... values) throws Exception {
    Path file = directory.resolve("f" + ++files + ".parquet");
    try (OutputStream out = Files.newOutputStream(file);
        var writer = new ParquetFormat(ParquetWriteOptions.defaults()).open(out, schema)) {
      writer.write(Row.withSchema(schema).addValues(values).build());
    }
    Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(1000 - files)));
  }

  private static Schema schema(Object... namesAndTypes) {
    Schema.Builder schema = Schema.builder();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      schema.addNullableField((String) namesAndTypes[i], (FieldType) namesAndTypes[i + 1]);
    }
    return schema.build();
  }

  @Test
  void parquetColumnsComeGoAndChangeTheirType() throws Exception {
    parquet(schema("n", FieldType.INT64, "fee", FieldType.DOUBLE), 1L, 0.5);
    parquet(schema("n", FieldType.DOUBLE, "tip", FieldType.DOUBLE), 2.0, 1.5);
    parquet(schema("n", FieldType.DOUBLE, "fee", FieldType.STRING), 2.5, "free");
    assertThat(next("parquet", contract("evolve", "evolve", "rescue")))
        .containsExactly(
            "n=1,fee=0.5,tip=null,_rescued=null",
            "n=2,fee=null,tip=1.5,_rescued=null",
            "n=null,fee=null,tip=null,_rescued={\"n\":2.5,\"fee\":\"free\"}");
    assertThat(facts.get("schema_changes"))
        .contains("column n INT64 came as DOUBLE (rescue) in f2.parquet and 1 more")
        .contains("new column tip DOUBLE (evolve) in f2.parquet");

    position = Optional.empty();
    assertThat(next("parquet", contract("quarantine", "evolve", "quarantine")))
        .containsExactly(
            "n=1,fee=0.5",
            "!schema.new_column|{\"n\":2.0,\"tip\":1.5}",
            "!parquet.type|{\"n\":2.5,\"fee\":\"free\"}");
    position = Optional.empty();
    assertThatThrownBy(() -> next("parquet", contract("evolve", "evolve", "freeze")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("column n INT64 came as DOUBLE");
  }

  @Test
  void mistakesOfAContractComeAtOnce() {
    assertThatThrownBy(() -> SchemaContract.of("grow", "rescue", "evolve"))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(3));
    assertThatThrownBy(
            () ->
                source(
                    "csv",
                    contract("quarantine", null, null),
                    c -> c.setErrorHandling(null).setHeader(false).setFormats(Map.of("a", "x"))))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(3));
  }
}
