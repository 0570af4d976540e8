package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.beamhouse.core.row.JsonElements;
import io.beamhouse.core.row.JsonPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An answer as far as it was understood.
 *
 * @param number from 1
 * @param json null when the answer need be none
 * @param hash of the records, or of the body where no records are looked for
 */
record Page(int number, Answer answer, JsonElements json, ByteBuffer hash) {

  /** Takes an answer apart; an IOException asks for another try. */
  static Page of(int number, Answer answer, HttpRead read) throws IOException {
    JsonElements json = null;
    if (read.json()) {
      if (isHtml(answer)) {
        throw Incomplete.html(answer.address());
      }
      try {
        json = JsonElements.of(answer.body(), read.records(), wanted(read));
      } catch (JsonEOFException e) {
        throw new PassingAnswerException(Incomplete.halfPage());
      } catch (JsonProcessingException e) {
        throw Incomplete.noJson(answer.address());
      }
      checkNoError(answer, json, read.completeness());
      if (read.records() != null && !json.hasArray()) {
        throw Incomplete.noRecords(answer.address(), read.records());
      }
    }
    return new Page(number, answer, json, hash(answer, json, read));
  }

  /** Records of the page; -1 when none are looked for. */
  int records() {
    return json == null || !json.hasArray() ? -1 : json.count();
  }

  Optional<String> value(JsonPath path) {
    return json == null || path == null ? Optional.empty() : json.value(path);
  }

  private static boolean isHtml(Answer answer) {
    String type = answer.header("Content-Type");
    return (type != null && type.toLowerCase(java.util.Locale.ROOT).contains("html"))
        || answer.body().stripLeading().startsWith("<");
  }

  private static List<JsonPath> wanted(HttpRead read) {
    List<JsonPath> wanted = new ArrayList<>();
    for (JsonPath path :
        new JsonPath[] {
          read.pagination().next(),
          read.completeness().total(),
          read.completeness().pages(),
          read.completeness().error()
        }) {
      if (path != null) {
        wanted.add(path);
      }
    }
    return wanted;
  }

  private static void checkNoError(Answer answer, JsonElements json, Completeness completeness) {
    if (completeness.error() == null) {
      return;
    }
    String said = json.value(completeness.error()).orElse("");
    boolean error =
        completeness.errorEquals().isEmpty()
            ? !List.of("", "false", "0", "[]", "{}").contains(said)
            : said.equals(completeness.errorEquals());
    if (error) {
      throw Incomplete.errorBody(answer.address(), completeness);
    }
  }

  private static ByteBuffer hash(Answer answer, JsonElements json, HttpRead read) {
    MessageDigest digest = sha256();
    if (json != null && read.records() != null) {
      for (int i = 0; i < json.count(); i++) {
        digest.update(json.element(i).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
    } else {
      digest.update(answer.body().getBytes(StandardCharsets.UTF_8));
    }
    return ByteBuffer.wrap(digest.digest(), 0, 16).slice();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
