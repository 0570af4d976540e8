package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.IncrementalSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
  @TempDir Path work;

  private static Row config(SchemaTransformProvider provider, Map<String, Object> values) {
    Schema schema = provider.configurationSchema();
    Row.FieldValueBuilder row = Row.withSchema(schema).withFieldValues(Map.of());
    for (Map.Entry<String, Object> entry : values.entrySet()) {
      row = row.withFieldValue(entry.getKey(), entry.getValue());
    }
    return row.build();
  }

  @Test
  void areFoundAndDescribeEachOfTheirKeys() {
    assertThat(ServiceLoader.load(SchemaTransformProvider.class).stream().map(p -> p.get()))
        .filteredOn(p -> p.getClass().getPackageName().equals("io.beamhouse.io.jdbc"))
        .extracting(SchemaTransformProvider::identifier)
        .containsExactlyInAnyOrder(
            "beam:schematransform:io.beamhouse:read_from_jdbc:v1",
            "beam:schematransform:io.beamhouse:read_changes_from_jdbc:v1",
            "beam:schematransform:io.beamhouse:write_to_jdbc:v1");
    for (SchemaTransformProvider provider :
        List.of(new ReadFromJdbc(), new ReadChangesFromJdbc(), new WriteToJdbc())) {
      assertThat(provider.configurationSchema().getFields())
          .allSatisfy(field -> assertThat(field.getDescription()).as(field.getName()).isNotEmpty());
      assertThat(provider.configurationSchema().getFieldNames())
          .contains("url", "username", "password", "connection_properties", "query_timeout");
    }
  }

  @Test
  void readFromASpecsConfig() {
    try (EmbeddedDatabase database = EmbeddedDatabase.create()) {
      database.execute(
          "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
          "INSERT INTO t SELECT i FROM generate_series(1, 50) i");
      Map<String, Object> connection =
          Map.of("url", database.url(), "username", "postgres", "password", database.password());
      ReadChangesFromJdbc changes = new ReadChangesFromJdbc();
      Schema deletes = changes.configurationSchema().getField("deletes").getType().getRowSchema();
      Map<String, Object> values = new java.util.HashMap<>(connection);
      values.putAll(
          Map.of(
              "table",
              "t",
              "cursor",
              "at",
              "keys",
              List.of("id"),
              "chunk_rows",
              20,
              "splits",
              2,
              "deletes",
              Row.withSchema(deletes)
                  .withFieldValue("reconcile", "keys")
                  .withFieldValue("max_delete_share", 0.25)
                  .build()));
      IncrementalSource source = (IncrementalSource) changes.from(config(changes, values));
      assertThat(source.replayable()).isFalse();
      Runs runs = new Runs(source, work);
      assertThat(runs.next()).hasSize(50);
      assertThat(runs.last().chunks()).hasSize(3);
      ReadFromJdbc whole = new ReadFromJdbc();
      values.keySet().removeAll(List.of("cursor", "keys", "deletes", "chunk_rows", "splits"));
      values.putAll(Map.of("partition_column", "id", "num_partitions", 3));
      assertThat(new Runs((IncrementalSource) whole.from(config(whole, values)), work).next())
          .extracting(row -> row.getInt32("id"))
          .hasSize(50)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void listEveryProblemAtOnce() {
    ReadChangesFromJdbc provider = new ReadChangesFromJdbc();
    Map<String, Object> values =
        Map.of(
            "url", "jdbc:postgresql://u:hidden@host/db?password=hidden",
            "password", "hidden",
            "connection_properties", Map.of("sslpassword", "hidden"),
            "connect_timeout", "soon",
            "cursor", "at",
            "null_cursor", "includes",
            "columns", List.of("id"),
            "splits", 0,
            "cursor_zone", "Mars",
            "lag", "1 week");
    assertThatThrownBy(() -> provider.from(config(provider, values)))
        .isInstanceOf(SpecException.class)
        .hasMessageNotContaining("hidden")
        .extracting(e -> ((SpecException) e).problems().stream().map(p -> p.where()).toList())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
        .containsExactlyInAnyOrder(
            "url",
            "connection_properties.sslpassword",
            "password",
            "connect_timeout",
            "table",
            "cursor_zone",
            "null_cursor",
            "columns",
            "lag",
            "splits");
  }

  @Test
  void keepSecretsOutOfWhatIsPrintedAndSerialised() {
    SqlConnection connection =
        SqlConnection.to("jdbc:postgresql://host/db?ssl=true")
            .withPassword(io.beamhouse.core.secret.SecretRef.parse("${env:PATH}"));
    SqlReadChanges read =
        SqlIO.readChanges().from(connection).table("t").withCursor("at").withKeys("id");
    SerializableUtils.ensureSerializable(connection);
    assertThat(
            new String(
                SerializableUtils.serializeToByteArray(connection),
                java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain(System.getenv("PATH"));
    assertThat(DisplayData.from(read).items().toString())
        .contains("jdbc:postgresql://host/db")
        .doesNotContain("ssl=true");
    assertThatThrownBy(() -> SqlConnection.to("jdbc:oracle:thin:scott/tiger@host"))
        .isInstanceOf(SpecException.class)
        .hasMessageNotContaining("tiger");
  }
}
