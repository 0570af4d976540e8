package io.beamhouse.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.testing.ReportSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds docs/report.schema.json and docs/report.md against the report's classes. */
class ReportSchemaTest {
  @ParameterizedTest
  @CsvSource({
    "io.beamhouse.pipelines.increment.RunReport, ''",
    "io.beamhouse.pipelines.increment.RunReport$SourceReport, /definitions/source",
    "io.beamhouse.pipelines.increment.RunReport$FileReport, /definitions/file",
    "io.beamhouse.pipelines.increment.RunReport$StepReport, /definitions/step",
    "io.beamhouse.pipelines.increment.RunReport$CheckReport, /definitions/check",
    "io.beamhouse.pipelines.increment.RunReport$SinkReport, /definitions/sink",
  })
  void everyFieldIsDescribed(Class<?> record, String where) throws IOException {
    JsonNode schema = new ObjectMapper().readTree(ReportSchema.FILE.toFile()).at(where);
    String page = Files.readString(Path.of("..", "docs", "report.md"));
    List<String> fields =
        Stream.of(record.getRecordComponents())
            .map(component -> new SnakeCaseStrategy().translate(component.getName()))
            .toList();

    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(fields);
    assertThat(schema.get("required")).map(JsonNode::textValue).containsExactlyElementsOf(fields);
    fields.forEach(
        field -> {
          assertThat(page).contains("`" + field + "`");
          assertThat(schema.at("/properties/" + field).has("description")).as(field).isTrue();
        });
  }

  @Test
  void reportsAreValidAndOthersAreNot() throws IOException {
    RunReport report = Reports.checked(Reports.report(3, 1000), 7, "fail");

    assertThat(ReportSchema.errors(report.toJson())).isEmpty();
    assertThat(ReportSchema.errors(report.toJson().replace("\"run\" : 3", "\"run\" : null")))
        .isNotEmpty();
    assertThat(ReportSchema.errors(report.toJson().replace("\"fail\"", "\"sad\""))).isNotEmpty();
    assertThat(ReportSchema.errors(report.toJson().replace("\"TXN\"", "\"twice\""))).isNotEmpty();
    assertThat(ReportSchema.errors(report.toJson().replace("\"rows\" : 1000", "\"rows\" : -1")))
        .isNotEmpty();
  }
}
