package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reports about one table. What differs between equal runs is replaced where it is what the
 * lake says elsewhere, so that anything else remains as a difference.
 */
final class Reports {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path lake;
  private final String tableId;
  private final Published bronze;

  /** Run n of either pipeline is about what run n published to {@code bronze}. */
  Reports(Path lake, String tableId, Published bronze) {
    this.lake = lake;
    this.tableId = tableId;
    this.bronze = bronze;
  }

  /** Returns the reports of all runs of a pipeline, by pipeline and run. */
  Map<String, String> all(String pipeline) throws IOException {
    Map<String, String> reports = new TreeMap<>();
    Path state = lake.resolve("_state").resolve(pipeline);
    String id = JSON.readTree(state.resolve("state.json").toFile()).get("state_id").textValue();
    Path last = null;
    for (long run = 1; Files.exists(done(state, id, run)); run++) {
      last = done(state, id, run);
      reports.put(pipeline + " run " + run, report(last, id, bronze.run(run)));
    }
    assertThat(state.resolve("report.json")).hasSameTextualContentAs(last);
    return reports;
  }

  private static Path done(Path state, String id, long run) {
    return state.resolve(id + "/runs/" + run + "/done.json");
  }

  private String report(Path done, String stateId, Manifest captured) throws IOException {
    JsonNode report = JSON.readTree(done.toFile());
    for (JsonNode source : report.get("sources")) {
      boolean captures = source.get("captured").booleanValue();
      checkAndRemoveSizes((ObjectNode) (captures ? source : source.get("facts")), captured);
    }
    for (JsonNode sink : report.get("sinks")) {
      if (!sink.get("files").isNull()) {
        checkAndRemoveFiles((ObjectNode) sink, captured);
      }
    }
    Path planFile = done.resolveSibling("plan.json");
    JsonNode plan = JSON.readTree(planFile.toFile());
    return report
        .toPrettyString()
        .replace(lake.toString(), "(lake)")
        .replace(stateId, "(state)")
        .replace(stateId.substring(0, 8) + "-", "(state)-")
        .replace(tableId, "(table)")
        .replace(plan.get("clock").textValue(), "(clock)")
        .replace(plan.get("spec_hash").textValue(), "(spec)")
        .replace(Published.sha256(Files.readAllBytes(planFile)), "(plan)");
  }

  /** How long the times are as text, and how a runner divides rows into files, is chance. */
  private static void checkAndRemoveSizes(ObjectNode source, Manifest captured) {
    assertThat(source.get("bytes").asLong()).isEqualTo(captured.bytes());
    assertThat(source.get("files").asInt()).isEqualTo(captured.files().size());
    source.remove(List.of("bytes", "files"));
  }

  private static void checkAndRemoveFiles(ObjectNode sink, Manifest captured) {
    assertThat(sink.get("files"))
        .extracting(JsonNode::textValue)
        .containsExactlyElementsOf(captured.files().stream().map(PublishedFile::name).toList());
    sink.remove("files");
  }
}
