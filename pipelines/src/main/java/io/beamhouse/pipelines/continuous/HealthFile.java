package io.beamhouse.pipelines.continuous;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.run.SpecRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that tells a supervisor how a continuous run fares; replaced as a whole after each
 * increment, idle ones too.
 *
 * <p>JSON: {@code version} 1, {@code at}, {@code pid}, {@code status} (the worst of its pipelines),
 * and {@code pipelines} by name with {@code status} (ok, idle, waiting for another process,
 * failing), {@code runs}, {@code failures} in a row, {@code last_done}, {@code lag_records}. An
 * {@code at} that grows old means that an increment hangs or the process is gone. No message stands
 * in it, so no value of a row.
 */
@Internal
public final class HealthFile implements ContinuousRun.Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);

  private final Path file;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, ObjectNode> pipelines = new TreeMap<>();
  private boolean complained;

  public HealthFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public void ended(SpecRun.Result result, ContinuousRun.Status status) {
    ObjectNode pipeline = pipelines.computeIfAbsent(result.job(), n -> mapper.createObjectNode());
    pipeline.put("status", status(result));
    pipeline.put("runs", status.runs()).put("failures", status.failures());
    pipeline.put("last_done", status.lastDone().map(Object::toString).orElse(null));
    if (result.nothingNew()) {
      pipeline.put("lag_records", 0);
    }
    Track.newest(result)
        .ifPresent(
            report -> {
              OptionalLong waiting = Lag.of(report).waiting();
              if (waiting.isPresent()) {
                pipeline.put("lag_records", waiting.getAsLong());
              } else {
                pipeline.putNull("lag_records");
              }
            });
    write(status);
  }

  private static String status(SpecRun.Result result) {
    if (result.failure().isPresent()) {
      return result.held() ? "waiting" : "failing";
    }
    return result.nothingNew() ? "idle" : "ok";
  }

  private void write(ContinuousRun.Status status) {
    boolean failing =
        pipelines.values().stream().anyMatch(one -> one.get("status").asText().equals("failing"));
    ObjectNode health = mapper.createObjectNode();
    health.put("version", 1).put("at", status.now().toString());
    health.put("pid", ProcessHandle.current().pid()).put("status", failing ? "failing" : "ok");
    pipelines.forEach((name, pipeline) -> health.withObject("/pipelines").set(name, pipeline));
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.write(fresh, mapper.writeValueAsBytes(health));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      complained = false;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object of texts and numbers is JSON", e);
    } catch (IOException e) {
      if (!complained) {
        LOG.warn("the health file {} cannot be written: {}", file, e.toString());
      }
      complained = true;
    }
  }
}
