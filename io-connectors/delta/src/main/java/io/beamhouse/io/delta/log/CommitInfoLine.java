package io.beamhouse.io.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Completes what Kernel leaves out of a commit: the history's columns and a table's comment. */
final class CommitInfoLine {
  private static final String VERSION = version();

  private CommitInfoLine() {}

  /** Edits the lines of the commit of {@code request}. */
  static UnaryOperator<String> of(CommitRequest request, String token) {
    Map<String, String> info = new TreeMap<>(request.info());
    request
        .transaction()
        .ifPresent(
            t -> {
              info.put(WriterTransaction.STATE, t.stateId());
              info.put(WriterTransaction.PLAN, t.planHash());
            });
    return line -> {
      if (!line.startsWith("{\"commitInfo\"")) {
        return line;
      }
      ObjectNode action = parse(line);
      ObjectNode commit = (ObjectNode) action.get("commitInfo");
      commit.put("operation", request.operation());
      request.operationParameters().forEach(commit.putObject("operationParameters")::put);
      request.operationMetrics().forEach(commit.putObject("operationMetrics")::put);
      commit.put("readVersion", request.read().version());
      commit.put("isBlindAppend", request.blindAppend());
      return own(action, info, token);
    };
  }

  /** Edits the lines of version 0. */
  static UnaryOperator<String> ofCreation(@Nullable String comment, String token) {
    return line -> {
      if (line.startsWith("{\"commitInfo\"")) {
        ObjectNode action = parse(line);
        ((ObjectNode) action.get("commitInfo")).put("isBlindAppend", true);
        return own(action, Map.of(), token);
      }
      if (comment != null && line.startsWith("{\"metaData\"")) {
        ObjectNode action = parse(line);
        ((ObjectNode) action.get("metaData")).put("description", comment);
        return action.toString();
      }
      return line;
    };
  }

  private static String own(ObjectNode action, Map<String, String> info, String token) {
    ObjectNode commit = (ObjectNode) action.get("commitInfo");
    commit.put("engineInfo", "Beamhouse/" + VERSION);
    commit.put("userMetadata", CommitFile.userMetadata(info, token));
    return action.toString();
  }

  private static ObjectNode parse(String line) {
    try {
      return (ObjectNode) CommitFile.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Kernel wrote a log line that is not JSON", e);
    }
  }

  private static String version() {
    String version = CommitInfoLine.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
