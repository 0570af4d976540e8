package io.beamhouse.io.kafka;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes rows to a Kafka topic.
 *
 * <p>Input: rows, bounded or not. {@code RAW} sends one column of bytes or text as the value, NULL
 * as a tombstone; {@code JSON} sends all columns but those of key and headers as an object. Output:
 * {@code topic} and {@code rows}, one row a bundle, and the rows that cannot be sent, where they
 * are asked for.
 *
 * <p><b>At least once.</b> The producer is idempotent, so that its own retries double nothing, and
 * a bundle ends only when all brokers in sync have its records. But a bundle that is done again, or
 * a run, sends its records again: readers must bear that, as a merge by key does. Records of a key
 * keep their order within a bundle only. Transactions are not used: their records would be
 * committed per bundle all the same, and OCI Streaming has none.
 *
 * <p>Holds {@code buffer.memory} bytes (32 MiB unless set) and the refused rows of a bundle.
 */
@Evolving
@AutoValue
public abstract class KafkaWrite extends PTransform<PCollection<Row>, KafkaWrite.Result> {
  static final Schema WRITTEN =
      Schema.builder().addStringField("topic").addInt64Field("rows").build();

  static final TupleTag<Row> COUNTS = new TupleTag<>("output") {};
  static final TupleTag<Row> REFUSED = new TupleTag<>("refused") {};

  abstract @Nullable KafkaConnection connection();

  abstract String topic();

  abstract boolean json();

  abstract String key();

  abstract String value();

  abstract String headers();

  abstract boolean quarantine();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setConnection(@Nullable KafkaConnection connection);

    abstract Builder setTopic(String topic);

    abstract Builder setJson(boolean json);

    abstract Builder setKey(String column);

    abstract Builder setValue(String column);

    abstract Builder setHeaders(String column);

    abstract Builder setQuarantine(boolean quarantine);

    abstract KafkaWrite build();
  }

  static KafkaWrite create() {
    return new AutoValue_KafkaWrite.Builder()
        .setTopic("")
        .setJson(false)
        .setKey("")
        .setValue("value")
        .setHeaders("")
        .setQuarantine(false)
        .build();
  }

  public KafkaWrite to(KafkaConnection connection, String topic) {
    return toBuilder().setConnection(connection).setTopic(topic).build();
  }

  /** Sends rows as JSON objects instead of one column. */
  public KafkaWrite asJson() {
    return toBuilder().setJson(true).build();
  }

  /** The column of bytes or text, or a number, that is the record's key; default none. */
  public KafkaWrite withKey(String column) {
    return toBuilder().setKey(column).build();
  }

  /** The column of bytes or text that is the record's value; default {@code value}. */
  public KafkaWrite withValue(String column) {
    return toBuilder().setValue(column).build();
  }

  /** The column with headers as {@link KafkaRead} gives them; default none. */
  public KafkaWrite withHeaders(String column) {
    return toBuilder().setHeaders(column).build();
  }

  /** Puts rows out that cannot be sent, instead of failing the pipeline. */
  public KafkaWrite withQuarantine() {
    return toBuilder().setQuarantine(true).build();
  }

  void check(Problems problems) {
    if (connection() == null) {
      problems.add("bootstrap_servers", "is required: host:port, separated by commas");
    }
    if (topic().isBlank()) {
      problems.add("topic", "is required");
    }
  }

  KafkaConnection brokers() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return Objects.requireNonNull(connection());
  }

  @Override
  public Result expand(PCollection<Row> input) {
    Schema schema = input.getSchema();
    RowRecords records = RowRecords.of(this, schema);
    PCollectionTuple sent =
        input.apply(
            "Send",
            ParDo.of(new SendFn(brokers(), records, quarantine(), getName()))
                .withOutputTags(COUNTS, TupleTagList.of(REFUSED)));
    return new Result(
        sent.get(COUNTS).setRowSchema(WRITTEN),
        sent.get(REFUSED).setRowSchema(Quarantined.schema(Schema.FieldType.row(schema))));
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .addIfNotNull(DisplayData.item("brokers", String.valueOf(connection())))
        .add(DisplayData.item("topic", topic()));
  }

  /**
   * What was written.
   *
   * @param written topic and rows of each bundle
   * @param refused rows that cannot be sent; empty unless they were asked for
   */
  @Evolving
  public record Result(PCollection<Row> written, PCollection<Row> refused) implements POutput {
    @Override
    public Pipeline getPipeline() {
      return written.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      Map<TupleTag<?>, PValue> outputs = new LinkedHashMap<>();
      outputs.put(COUNTS, written);
      outputs.put(REFUSED, refused);
      return outputs;
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }
}
