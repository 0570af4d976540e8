package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowTypes;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Pages as rows, and as lines of the files that a plan keeps them in. */
final class PageRows {
  static final Schema SCHEMA =
      Schema.builder()
          .addStringField("request")
          .addInt32Field("page")
          .addStringField("url")
          .addInt32Field("status")
          .addField("fetched_at", RowTypes.TIMESTAMP)
          .addNullableStringField("content_type")
          .addNullableStringField("etag")
          .addNullableStringField("last_modified")
          .addNullableInt32Field("records")
          .addStringField("body")
          .addInt64Field("_run")
          .addStringField("_source")
          .build();

  private static final ObjectMapper JSON = new ObjectMapper();

  private PageRows() {}

  /** One line of JSON, with the body as a text in it. */
  static String line(String request, Page page, ApiClient client) throws IOException {
    Answer answer = page.answer();
    ObjectNode line = JSON.createObjectNode();
    line.put("request", request);
    line.put("page", page.number());
    line.put("url", answer.address().toString());
    line.put("status", answer.status());
    line.put("fetched_at", answer.at().truncatedTo(ChronoUnit.MICROS).toString());
    line.put("content_type", masked(answer.header("Content-Type"), client));
    line.put("etag", masked(answer.header("ETag"), client));
    line.put("last_modified", masked(answer.header("Last-Modified"), client));
    line.put("records", page.records() < 0 ? null : page.records());
    line.put("body", client.masked(answer.body()));
    return JSON.writeValueAsString(line);
  }

  private static String masked(String header, ApiClient client) {
    return header == null ? null : client.masked(header);
  }

  static Row row(String line, long run) throws IOException {
    JsonNode json;
    // A body may be longer than the mapper's own parser takes.
    try (JsonParser parser = RowJson.parser(line)) {
      json = JSON.readTree(parser);
    }
    String request = json.get("request").asText();
    int page = json.get("page").asInt();
    return Row.withSchema(SCHEMA)
        .attachValues(
            Arrays.asList(
                request,
                page,
                json.get("url").asText(),
                json.get("status").asInt(),
                Instant.parse(json.get("fetched_at").asText()),
                json.get("content_type").textValue(),
                json.get("etag").textValue(),
                json.get("last_modified").textValue(),
                json.get("records").isNull() ? null : json.get("records").asInt(),
                json.get("body").asText(),
                run,
                String.format("%s/%06d", request, page)));
  }
}
