package io.beamhouse.pipelines.notify;

import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.core.web.WebExchange;
import io.beamhouse.pipelines.spec.Notify.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** How a text reaches a target; each way is bounded by the target's timeout. */
final class Senders {
  private static final int OK = 200;
  private static final int REDIRECT = 300;

  /** Made when it is needed, since it brings a thread. */
  private HttpClient http;

  /** Returns once the target has taken the text, at least once. */
  void send(Target target, RunEvent event) throws NotSentException, InterruptedException {
    String text = EventFormat.of(event, target);
    try {
      switch (target.type()) {
        case WEBHOOK, SLACK, OCI_NOTIFICATIONS -> post(target, text);
        case COMMAND -> command(target, text);
        case FILE -> file(target, event, text);
        case KAFKA -> kafka(target, event, text);
      }
    } catch (RuntimeException e) {
      // Messages of others may quote an address or a header, which may be secret.
      throw new NotSentException(FailureText.of(e));
    }
  }

  private synchronized HttpClient http() {
    if (http == null) {
      http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    }
    return http;
  }

  private void post(Target target, String text) throws NotSentException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(Secrets.in(target.url()).strip()))
            .header("Content-Type", EventFormat.contentType(target))
            .POST(HttpRequest.BodyPublishers.ofString(text));
    target.headers().forEach((name, value) -> request.setHeader(name, Secrets.in(value)));
    int status = status(request.build(), target.timeout());
    if (status < OK || status >= REDIRECT) {
      throw new NotSentException("it answered " + status);
    }
  }

  /** The status says all: a body, which may never end, is not waited for. */
  private int status(HttpRequest request, Duration timeout)
      throws NotSentException, InterruptedException {
    HttpResponse.BodyHandler<InputStream> unread = HttpResponse.BodyHandlers.ofInputStream();
    try {
      HttpResponse<InputStream> response = WebExchange.send(http(), request, unread, timeout);
      response.body().close();
      return response.statusCode();
    } catch (InterruptedIOException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new NotSentException("it did not answer within " + timeout.toMillis() + " ms");
      }
      if (e.getCause() instanceof ConnectException) {
        throw new NotSentException("it could not be reached");
      }
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new NotSentException("the connection broke: " + why.getClass().getSimpleName());
    }
  }

  private static void command(Target target, String text)
      throws NotSentException, InterruptedException {
    Process process = null;
    try {
      process = started(target.command(), text);
      if (!process.waitFor(target.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotSentException("it did not end within " + target.timeout().toMillis() + " ms");
      }
      if (process.exitValue() != 0) {
        throw new NotSentException("it ended with " + process.exitValue());
      }
    } catch (IOException e) {
      throw new NotSentException("it could not be started");
    } finally {
      if (process != null) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  /**
   * Without a shell; what it prints is nobody's. Its input is a file, since a pipe keeps the one
   * who writes for as long as the program does not read.
   */
  private static Process started(List<String> command, String text) throws IOException {
    Path input = Files.createTempFile("beamhouse-event", ".json");
    try {
      Files.writeString(input, text);
      return new ProcessBuilder(command)
          .redirectInput(input.toFile())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } finally {
      Files.delete(input); // The program has it open.
    }
  }

  /** A file of its own for each event, complete or absent; the same event is the same file. */
  private static void file(Target target, RunEvent event, String text) throws NotSentException {
    StateStore files = StateStores.at(target.path());
    String name = event.id().replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      files.putIfAbsent(name + ".json", text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new NotSentException("the directory could not be written");
    }
  }

  private static void kafka(Target target, RunEvent event, String text)
      throws NotSentException, InterruptedException {
    int millis = (int) target.timeout().toMillis();
    Map<String, Object> settings = new HashMap<>();
    target.settings().forEach((name, value) -> settings.put(name, Secrets.in(value)));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      ProducerRecord<String, String> record =
          new ProducerRecord<>(target.topic(), event.pipeline(), text);
      record
          .headers()
          .add("content-type", EventFormat.contentType(target).getBytes(StandardCharsets.UTF_8));
      producer.send(record).get(millis, TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new NotSentException("Kafka did not take it within " + millis + " ms");
    }
  }
}
