package io.beamhouse.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.spec.OnEvent;
import io.beamhouse.pipelines.spec.SpecFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Runs a spec for CloudEvents that it declares to react to; what is in them is not trusted. */
final class EventRuns {
  /** Of one event. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final int SHOWN = 100;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final OnEvent declared;
  private final boolean exitNothingNew;
  private final PrintWriter out;
  private final PrintWriter err;

  EventRuns(String spec, boolean exitNothingNew, PrintWriter out, PrintWriter err) {
    this.declared =
        OnEvent.of(SpecFile.load(spec))
            .orElseThrow(
                () ->
                    new SpecException(
                        "--on-event",
                        "the spec does not say which events it reacts to; give it on_event"));
    this.exitNothingNew = exitNothingNew;
    this.out = out;
    this.err = err;
  }

  /**
   * Takes one event of a file, or one of each line of standard input.
   *
   * @param run takes values for parameters, returns an exit code
   * @return that of the first run that failed
   */
  int run(String source, ToIntFunction<Map<String, String>> run) {
    try {
      return source.equals("-") ? lines(System.in, run) : one(file(Path.of(source)), run);
    } catch (IOException e) {
      SpecException refused = new SpecException("--on-event", "cannot be read: " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private static byte[] file(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private int lines(InputStream input, ToIntFunction<Map<String, String>> run) throws IOException {
    InputStream in = new BufferedInputStream(input);
    boolean nothing = true;
    int code = ExitCodes.DONE;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = 0; b >= 0; ) {
      b = in.read();
      if (b >= 0 && b != '\n') {
        if (line.size() <= MAX_BYTES) {
          line.write(b);
        }
        continue;
      }
      if (!line.toString(StandardCharsets.UTF_8).isBlank()) {
        int one = oneOfMany(line.toByteArray(), run);
        nothing &= one == ExitCodes.NOTHING_NEW;
        boolean failed = one != ExitCodes.DONE && one != ExitCodes.NOTHING_NEW;
        code = failed && code == ExitCodes.DONE ? one : code;
      }
      line.reset();
    }
    return code == ExitCodes.DONE && nothing && exitNothingNew ? ExitCodes.NOTHING_NEW : code;
  }

  /** A bad event does not keep the others waiting. */
  private int oneOfMany(byte[] event, ToIntFunction<Map<String, String>> run) {
    try {
      return one(event, run);
    } catch (RuntimeException e) {
      Failures.print(e, err, false);
      return ExitCodes.of(e);
    }
  }

  private int one(byte[] content, ToIntFunction<Map<String, String>> run) {
    JsonNode event = parsed(content);
    if (!declared.matches(event)) {
      out.println("event " + shown(event) + ": not for this spec");
      return exitNothingNew ? ExitCodes.NOTHING_NEW : ExitCodes.DONE;
    }
    Map<String, String> values = declared.values(event);
    err.println("event " + shown(event));
    return run.applyAsInt(values);
  }

  private static JsonNode parsed(byte[] content) {
    if (content.length > MAX_BYTES) {
      throw new SpecException("--on-event", "is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode event;
    try {
      event = MAPPER.readTree(new String(content, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new SpecException("--on-event", "is not JSON");
    }
    if (!event.path("specversion").asText().equals("1.0")) {
      throw new SpecException(
          "--on-event", "is no CloudEvent 1.0 in JSON: 'specversion' is not 1.0");
    }
    for (String attribute : List.of("id", "source", "type")) {
      if (event.path(attribute).textValue() == null || event.path(attribute).asText().isEmpty()) {
        throw new SpecException("--on-event", "is no CloudEvent: '" + attribute + "' is missing");
      }
    }
    return event;
  }

  private static String shown(JsonNode event) {
    String id = event.get("id").textValue().replaceAll("\\p{Cntrl}", "?");
    return id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : id;
  }
}
