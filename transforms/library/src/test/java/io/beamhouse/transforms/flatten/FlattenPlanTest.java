package io.beamhouse.transforms.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedBytes;
import org.junit.jupiter.api.Test;

class FlattenPlanTest {
  private static final Schema TITLE =
      Schema.builder()
          .addStringField("tconst")
          .addNullableStringField("genres")
          .addNullableField(
              "rating",
              FieldType.row(
                  Schema.builder().addDoubleField("average").addInt32Field("votes").build()))
          .build();
  private static final FlattenRows FLATTEN =
      FlattenRows.create().withKeys("tconst").withSplit("genres", ",");

  private static List<String> problems(FlattenRows flatten, Schema schema) {
    try {
      flatten.plan(schema);
      return List.of();
    } catch (SpecException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  @Test
  void readsWell() {
    assertThat(FLATTEN.plan(TITLE).toText())
        .isEqualTo(
            """
            table output, key tconst
              tconst          STRING   value    tconst
              rating_average  DOUBLE?  value    rating.average
              rating_votes    INT32?   value    rating.votes
              _row_key        STRING   row_key
            table genres: genres, child of output, key _index
              tconst    STRING  root     tconst
              _row_key  STRING  row_key
              _key      STRING  key
              _index    INT32   index
              value     STRING  value    genres[]
            choices
              genres  split at ','
              genres  child table genres
              rating  columns
            not lossless
              genres  a null array and an empty one look the same
              rating  a null struct and one of nulls look the same
            """);
    assertThat(FLATTEN.withPresence().plan(TITLE).toText())
        .endsWith("lossless: UnflattenRows restores the rows\n");
  }

  @Test
  void tellsWhatDrifted() {
    FlattenPlan stored = FlattenPlan.fromJson(FLATTEN.plan(TITLE).toJson());
    Schema grown =
        Schema.builder()
            .addNullableStringField("genres")
            .addInt64Field("year")
            .addStringField("tconst")
            .addNullableField(
                "rating",
                FieldType.row(
                    Schema.builder().addDoubleField("average").addInt64Field("votes").build()))
            .build();

    assertThat(FLATTEN.plan(TITLE).diff(stored)).isEmpty();
    assertThat(FLATTEN.withSplit("genres", ";").plan(grown).diff(stored))
        .containsExactly(
            "added column output.year INT64 from year",
            "changed column output.rating_votes: type, 'INT32?' became 'INT64?'",
            "changed genres, 'split at ',', child table genres' became"
                + " 'split at ';', child table genres'");
    assertThat(
            FLATTEN
                .withChildKey("genres", "value")
                .withStruct("rating", Choice.JSON)
                .plan(TITLE)
                .diff(stored))
        .containsExactly(
            "added column output.rating STRING? from rating",
            "removed column output.rating_average DOUBLE? from rating.average",
            "removed column output.rating_votes INT32? from rating.votes",
            "changed table genres: key, '_index' became 'value'",
            "changed rating, 'columns' became 'json'");
    assertThat(FLATTEN.withTableName("genres", "g").plan(TITLE).diff(stored))
        .contains("added table g from genres", "removed table genres");
  }

  @Test
  void aStoredPlanRefusesADriftedInput() {
    FlattenRows bound = FLATTEN.withStoredPlan(FLATTEN.plan(TITLE));
    Schema shrunk = Schema.builder().addStringField("tconst").addStringField("genres").build();

    assertThat(bound.step().outputs(TITLE)).containsKeys("output", "genres");
    assertThatThrownBy(() -> bound.step().outputs(shrunk))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("plan: differs from the stored plan: removed column")
        .hasMessageContaining("output.rating_votes");
  }

  @Test
  void refusesColumnsOfOneName() {
    Schema schema =
        Schema.builder()
            .addStringField("A_b")
            .addRowField("a", Schema.builder().addStringField("b").build())
            .addInt64Field("id")
            .addArrayField("items", FieldType.row(Schema.builder().addInt64Field("ID").build()))
            .build();
    FlattenRows flatten = FlattenRows.create().withKeys("id");

    assertThat(problems(flatten, schema))
        .containsExactly(
            "columns: table output would have two columns a_b: 'A_b' and 'a.b'; name one of them,"
                + " columns: {\"a.b\": another_name}",
            "columns: table items would have two columns ID: 'id' root and 'items[].ID'; name one"
                + " of them, columns: {\"items[].ID\": another_name}");
    assertThat(
            problems(
                flatten.withColumnName("a.b", "ab").withColumnName("items[].ID", "item_id"),
                schema))
        .isEmpty();
  }

  @Test
  void refusesTablesOfOneNameOrAReservedOne() {
    Schema schema =
        Schema.builder()
            .addInt64Field("id")
            .addArrayField("a_b", FieldType.STRING)
            .addRowField("a", Schema.builder().addArrayField("b", FieldType.STRING).build())
            .addArrayField("output", FieldType.STRING)
            .build();

    assertThat(problems(FlattenRows.create().withKeys("id"), schema))
        .containsExactly(
            "tables: 'a_b' and 'a.b' would both have the table a_b; name one, tables: {\"a.b\":"
                + " another_name}",
            "tables: 'output' may not have a table named 'output'; name one, tables: {\"output\":"
                + " another_name}");
  }

  @Test
  void refusesSettingsThatNoPathAnswersTo() {
    assertThat(
            problems(
                FLATTEN
                    .withKeys("tcons")
                    .withArray("genre", Choice.CHILD)
                    .withArray("rating", Choice.JSON)
                    .withStruct("genres", Choice.JSON)
                    .withMapColumns("rating", "x")
                    .withChildKey("rating", "x")
                    .withColumnName("rating.avg", "x")
                    .withTableName("tconst", "x")
                    .withDepth(0)
                    .withMaxNameLength(3),
                TITLE))
        .hasSize(10)
        .contains(
            "keys: 'tcons' is no scalar of the input - did you mean 'tconst'?; its fields are:"
                + " tconst, genres, rating",
            "arrays.genre: there is no such path - did you mean 'genres'?; paths are: tconst,"
                + " genres, rating",
            "structs.genres: 'genres' is a STRING here, and should be a struct",
            "depth: is 0; the least is 1, nothing flattened",
            "max_name_length: is 3; the least is 16");
  }

  @Test
  void refusesWhatCannotBe() {
    Schema nested =
        Schema.builder()
            .addArrayField("a", FieldType.array(FieldType.STRING))
            .addArrayField("b", FieldType.STRING)
            .addField("odd", FieldType.logicalType(FixedBytes.of(3)))
            .build();

    assertThat(
            problems(
                FlattenRows.create()
                    .withArray("a", Choice.EXPLODE)
                    .withArray("a[]", Choice.CHILD)
                    .withArray("b", Choice.EXPLODE),
                nested))
        .hasSize(4)
        .anyMatch(p -> p.startsWith("arrays.a[]: child tables need keys"))
        .anyMatch(p -> p.startsWith("arrays.a[]: stands in an array that explodes in place"))
        .anyMatch(p -> p.startsWith("arrays.b: explodes beside 'a'"))
        .anyMatch(p -> p.contains("'odd': type has no place"));
    assertThat(problems(FlattenRows.create().withArray("b", Choice.ROWS), nested))
        .contains("arrays.b: 'rows' is not possible here; allowed: child, explode, json, keep");
  }

  @Test
  void cutsLongNamesToOnesThatStayTheSame() {
    Schema deep =
        Schema.builder()
            .addRowField(
                "a_long_name",
                Schema.builder()
                    .addStringField("with_one_end")
                    .addStringField("with_one_other_end")
                    .build())
            .build();

    List<String> names =
        FlattenRows.create().withMaxNameLength(20).plan(deep).tables().get(0).columns().stream()
            .map(FlattenPlan.Column::name)
            .toList();

    assertThat(names).containsExactly("a_long_name_2236256b", "a_long_name_d094c273");
  }

  @Test
  void namesAndDepthAreAsChosen() {
    Schema deep =
        Schema.builder()
            .addRowField(
                "userData",
                Schema.builder()
                    .addStringField("HTTPStatus code")
                    .addRowField("in", Schema.builder().addStringField("x").build())
                    .build())
            .build();

    FlattenPlan plan =
        FlattenRows.create()
            .withNaming(Naming.SNAKE_CASE)
            .withSeparator("__")
            .withDepth(2)
            .plan(deep);

    assertThat(plan.tables().get(0).columns())
        .extracting(FlattenPlan.Column::name)
        .containsExactly("user_data__http_status_code", "user_data__in");
    assertThat(plan.decisions())
        .contains(new FlattenPlan.Decision("userData.in", "json (depth limit)"));
  }

  @Test
  void aPlanOfAnotherKindOrVersionIsNotRead() {
    assertThatThrownBy(() -> FlattenPlan.fromJson("{\"version\": 2}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of version 2");
    assertThatThrownBy(() -> FlattenPlan.fromJson("nonsense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not JSON");
  }
}
