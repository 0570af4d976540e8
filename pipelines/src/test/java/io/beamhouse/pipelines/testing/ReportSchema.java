package io.beamhouse.pipelines.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The documented schema of report.json. */
public final class ReportSchema {
  public static final Path FILE = Path.of("..", "docs", "report.schema.json");

  private ReportSchema() {}

  /** What is wrong with a report; empty when nothing is. */
  public static List<String> errors(String report) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(Files.readString(FILE));
    return schema.validate(new ObjectMapper().readTree(report)).stream()
        .map(Object::toString)
        .toList();
  }
}
