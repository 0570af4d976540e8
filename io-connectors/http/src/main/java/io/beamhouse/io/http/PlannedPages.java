package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.io.core.increment.IncrementalSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** The pages that a plan keeps: the same however often they are read, and no API is asked. */
final class PlannedPages implements IncrementalSource.Session {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<KV<String, String>> files = new ArrayList<>();
  private final long run;

  PlannedPages(String chunk, long run) {
    try {
      for (JsonNode file : JSON.readTree(chunk)) {
        files.add(KV.of(file.get("path").asText(), file.get("sha256").asText()));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the plan's chunk is no JSON", e);
    }
    this.run = run;
  }

  @Override
  public PTransform<PBegin, PCollection<Row>> rows() {
    return new Rows(files, run);
  }

  @Override
  public void close() {}

  private static final class Rows extends PTransform<PBegin, PCollection<Row>> {
    private final transient List<KV<String, String>> files;
    private final long run;

    Rows(List<KV<String, String>> files, long run) {
      this.files = files;
      this.run = run;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      return begin
          .apply(
              "Files",
              Create.of(files).withCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of())))
          .apply("Pages", ParDo.of(new PagesFn(run)))
          .setRowSchema(PageRows.SCHEMA);
    }
  }

  private static final class PagesFn extends DoFn<KV<String, String>, Row> {
    private final long run;

    PagesFn(long run) {
      this.run = run;
    }

    @ProcessElement
    public void process(@Element KV<String, String> file, OutputReceiver<Row> out) {
      PagesFile.read(file.getKey(), file.getValue(), run, out::output);
    }
  }
}
