package io.beamhouse.io.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the JSON of single commits, which Kernel offers only merged into snapshots. */
final class CommitFile {
  static final ObjectMapper MAPPER = new ObjectMapper();

  /** The key of the commit token within {@code userMetadata}. */
  static final String TOKEN = "commit";

  private static final Pattern NAME = Pattern.compile("\\d{20}\\.json");

  private final Path table;
  private final long version;
  private final Path path;

  CommitFile(Path table, long version) {
    this.table = table;
    this.version = version;
    this.path = new Path(table, "_delta_log/" + String.format("%020d.json", version));
  }

  static boolean isCommit(String name) {
    return NAME.matcher(name).matches();
  }

  Path path() {
    return path;
  }

  /** Returns the commit, or nothing when its file does not exist (any more). */
  Optional<LoggedCommit> read() {
    Builder commit = new Builder();
    try (BufferedReader lines = open()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          commit.add(MAPPER.readTree(line));
        }
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new SourceFailedException(
          "the log of Delta table " + table + " is damaged: " + path + " is not JSON", e);
    } catch (IOException e) {
      throw new StorageFailedException("cannot read " + path + ": " + e.getMessage(), e);
    }
    return Optional.of(commit.build());
  }

  /** Whether this commit sets {@code appId} to {@code txnVersion}; nothing when it is gone. */
  Optional<Boolean> carries(String appId, long txnVersion) {
    try (BufferedReader lines = open()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("\"txn\"")) {
          JsonNode txn = MAPPER.readTree(line).path("txn");
          if (txn.path("appId").asText().equals(appId)
              && txn.path("version").asLong() == txnVersion) {
            return Optional.of(true);
          }
        }
      }
      return Optional.of(false);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageFailedException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private BufferedReader open() throws IOException {
    return new BufferedReader(
        new InputStreamReader(Storage.of(path).open(path), StandardCharsets.UTF_8));
  }

  /** Returns the file that {@code logPath} means, relative to {@code table} or absolute. */
  static String absolute(Path table, String logPath) {
    URI uri;
    try {
      uri = new URI(logPath);
    } catch (URISyntaxException e) {
      // Some writers do not encode; then the text is the path.
      return new Path(table, logPath).toString();
    }
    if (uri.isAbsolute()) {
      return new Path(uri).toString();
    }
    String root = table.toString();
    return uri.getPath().startsWith("/")
        ? new Path(table.toUri().getScheme(), table.toUri().getAuthority(), uri.getPath())
            .toString()
        : (root.endsWith("/") ? root : root + "/") + uri.getPath();
  }

  /** Returns what Beamhouse keeps in {@code userMetadata}; empty for other writers' text. */
  static Map<String, String> info(@Nullable String userMetadata) {
    if (userMetadata == null || !userMetadata.startsWith("{")) {
      return Map.of();
    }
    try {
      return strings(MAPPER.readTree(userMetadata).path("beamhouse"));
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }

  static String userMetadata(Map<String, String> info, String token) {
    ObjectNode node = MAPPER.createObjectNode();
    ObjectNode own = node.putObject("beamhouse");
    info.forEach(own::put);
    own.put(TOKEN, token);
    return node.toString();
  }

  private static Map<String, String> strings(JsonNode node) {
    Map<String, String> map = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            e -> {
              JsonNode v = e.getValue();
              map.put(e.getKey(), v.isNull() ? null : v.isTextual() ? v.asText() : v.toString());
            });
    return map;
  }

  private final class Builder {
    private final Map<String, Long> transactions = new LinkedHashMap<>();
    private final List<DataFile> adds = new ArrayList<>();
    private final List<String> removes = new ArrayList<>();
    private JsonNode commitInfo = MAPPER.createObjectNode();
    private boolean metadata;
    private boolean protocol;

    void add(JsonNode action) {
      if (action.has("add")) {
        adds.add(dataFile(action.get("add")));
      } else if (action.has("remove")) {
        removes.add(action.get("remove").path("path").asText());
      } else if (action.has("txn")) {
        JsonNode txn = action.get("txn");
        transactions.put(txn.path("appId").asText(), txn.path("version").asLong());
      } else if (action.has("commitInfo")) {
        commitInfo = action.get("commitInfo");
      }
      metadata |= action.has("metaData");
      protocol |= action.has("protocol");
    }

    private DataFile dataFile(JsonNode add) {
      String logPath = add.path("path").asText();
      JsonNode dv = add.path("deletionVector");
      return new DataFile(
          absolute(table, logPath),
          logPath,
          strings(add.path("partitionValues")),
          add.path("size").asLong(),
          add.path("modificationTime").asLong(),
          add.hasNonNull("stats") ? add.get("stats").asText() : null,
          dv.isObject()
              ? new DataFile.DeletionVector(
                  dv.path("storageType").asText(),
                  dv.path("pathOrInlineDv").asText(),
                  dv.hasNonNull("offset") ? dv.get("offset").asInt() : null,
                  dv.path("sizeInBytes").asInt(),
                  dv.path("cardinality").asLong())
              : null);
    }

    LoggedCommit build() {
      Map<String, String> info =
          new LinkedHashMap<>(
              info(
                  commitInfo.hasNonNull("userMetadata")
                      ? commitInfo.get("userMetadata").asText()
                      : null));
      String token = info.remove(TOKEN);
      return new LoggedCommit(
          version,
          commitInfo.path("timestamp").asLong(),
          commitInfo.path("operation").asText(),
          strings(commitInfo.path("operationParameters")),
          strings(commitInfo.path("operationMetrics")),
          info,
          token == null ? "" : token,
          transactions,
          adds,
          removes,
          metadata,
          protocol);
    }
  }
}
