package io.beamhouse.io.kafka;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.payload.JsonPayload;
import io.beamhouse.core.payload.ParsePayload;
import io.beamhouse.core.payload.PayloadFormat;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.row.SchemaJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link KafkaRead} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadFromKafkaProvider extends TransformProvider<ReadFromKafkaProvider.Config> {
  private static final String STEP = "ReadFromKafka";

  public ReadFromKafkaProvider() {
    super(STEP, Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config extends ConnectionKeys {
    @Nullable
    @SchemaFieldDescription("The topic; this, topics or topic_pattern.")
    public abstract String getTopic();

    @Nullable
    @SchemaFieldDescription("Several topics.")
    public abstract List<String> getTopics();

    @Nullable
    @SchemaFieldDescription(
        "All topics whose whole name matches this regular expression, also those that come later.")
    public abstract String getTopicPattern();

    @Nullable
    @SchemaFieldDescription(
        "raw (default): records as they came, with topic, partition, offset, timestamp,"
            + " timestamp_type, key, value, headers. json, avro: the columns of the value.")
    public abstract String getFormat();

    @Nullable
    @SchemaFieldDescription(
        "For JSON the columns as JSON: [{\"name\": \"id\", \"type\": \"INT64\"}, …]. For AVRO the"
            + " record schema, or the path of a file with it.")
    public abstract String getSchema();

    @Nullable
    @SchemaFieldDescription("Of AVRO: plain (default), single_object, container, confluent.")
    public abstract String getEncoding();

    @Nullable
    @SchemaFieldDescription("Of AVRO: files with the writers' schemas; by id for confluent.")
    public abstract Map<String, String> getWriterSchemas();

    @Nullable
    @SchemaFieldDescription(
        "Settings of Kafka's consumer. A value may be a secret reference, and that of a password"
            + " must be one.")
    public abstract Map<String, String> getConsumerConfig();

    @Nullable
    @SchemaFieldDescription(
        "Where the first run begins: earliest (default), latest, a time like 2026-11-21T10:00:00Z,"
            + " or offsets as JSON by partition: {0: 120, 1: 98}, with several topics {my-topic:"
            + " {0: 120}}.")
    public abstract String getStart();

    @Nullable
    @SchemaFieldDescription("Beam YAML's key for start: earliest or latest.")
    public abstract String getAutoOffsetResetConfig();

    @Nullable
    @SchemaFieldDescription("Most offsets in a run; default no bound. Partitions share it fairly.")
    public abstract Long getMaxRecords();

    @Nullable
    @SchemaFieldDescription(
        "About the most bytes in a run, by the size of the next records; default no bound.")
    public abstract Long getMaxBytes();

    @Nullable
    @SchemaFieldDescription("Most offsets of a partition in one reader; default 250000.")
    public abstract Long getSplitRecords();

    @Nullable
    @SchemaFieldDescription("read_committed (default) or read_uncommitted.")
    public abstract String getIsolation();

    @Nullable
    @SchemaFieldDescription(
        "Records that are gone before they were read: fail (default), or earliest to go on with"
            + " the oldest one there is.")
    public abstract String getOnLostOffsets();

    @Nullable
    @SchemaFieldDescription(
        "A topic that was deleted and made anew: fail (default), or earliest to begin the new one.")
    public abstract String getOnRecreatedTopic();

    @Nullable
    @SchemaFieldDescription(
        "true for compacted topics: what is read is captured into files before anything else."
            + " Default false.")
    public abstract Boolean getCompacted();

    @Nullable
    @SchemaFieldDescription(
        "Sets records that cannot be read as JSON or AVRO aside in the output that it names, as"
            + " they came. Without it the first one fails the run.")
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_ReadFromKafkaProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setBootstrapServers(String servers);

      abstract Builder setUsername(@Nullable String user);

      abstract Builder setPassword(@Nullable String reference);

      abstract Builder setTimeout(@Nullable String timeout);

      abstract Builder setTopic(@Nullable String topic);

      abstract Builder setTopics(@Nullable List<String> topics);

      abstract Builder setTopicPattern(@Nullable String pattern);

      abstract Builder setFormat(@Nullable String format);

      abstract Builder setSchema(@Nullable String schema);

      abstract Builder setEncoding(@Nullable String encoding);

      abstract Builder setWriterSchemas(@Nullable Map<String, String> schemas);

      abstract Builder setConsumerConfig(@Nullable Map<String, String> settings);

      abstract Builder setStart(@Nullable String start);

      abstract Builder setAutoOffsetResetConfig(@Nullable String start);

      abstract Builder setMaxRecords(@Nullable Long records);

      abstract Builder setMaxBytes(@Nullable Long bytes);

      abstract Builder setSplitRecords(@Nullable Long records);

      abstract Builder setIsolation(@Nullable String isolation);

      abstract Builder setOnLostOffsets(@Nullable String policy);

      abstract Builder setOnRecreatedTopic(@Nullable String policy);

      abstract Builder setCompacted(@Nullable Boolean compacted);

      abstract Builder setErrorHandling(@Nullable ErrorHandling errors);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads what came into Kafka topics since the last run, each record exactly once.

        A run reads a range of offsets of each partition, fixed in its plan; the run's state holds \
        the offsets, there is no consumer group. New partitions, and new topics of a pattern, are \
        read from their beginning. RAW rows keep key, value and headers as bytes (a NULL value is a \
        tombstone); `_run` and `_source` say where a row came from. Of transactions, settled ones \
        are read.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromKafka
        config:
          bootstrap_servers: broker.example.com:9093
          username: etl
          password: ${env:KAFKA_PASSWORD}
          topic: youflix.events
          max_records: 500000
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of();
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    String isolation = text(config.getIsolation(), "read_committed");
    KafkaRead.oneOf(
        "isolation", isolation, List.of("read_committed", "read_uncommitted"), problems);
    KafkaConnection connection =
        ConnectionKeys.connection(config, "consumer_config", config.getConsumerConfig(), problems);
    KafkaRead.Builder builder =
        KafkaRead.create().toBuilder()
            .setConnection(connection)
            .setTopics(topics(config))
            .setTopicPattern(config.getTopicPattern())
            .setStart(start(config, problems))
            .setMaxRecords(number(config.getMaxRecords(), Long.MAX_VALUE))
            .setMaxBytes(number(config.getMaxBytes(), Long.MAX_VALUE))
            .setSplitRecords(number(config.getSplitRecords(), 250_000))
            .setCommitted(isolation.equals("read_committed"))
            .setOnLostOffsets(text(config.getOnLostOffsets(), "fail"))
            .setOnRecreatedTopic(text(config.getOnRecreatedTopic(), "fail"))
            .setCompacted(Boolean.TRUE.equals(config.getCompacted()));
    KafkaRead read = builder.build();
    Problems settings = new Problems();
    read.check(settings);
    settings.asList().stream()
        // A connection that could not be made has been explained.
        .filter(problem -> connection != null || !problem.where().equals("bootstrap_servers"))
        .forEach(problem -> problems.add(problem.where(), problem.what()));
    PayloadFormat format = format(config, problems);
    problems.throwIfAny();
    if (format == null) {
      return ReadTopics.raw(read);
    }
    ParsePayload parse = ParsePayload.of("value", format).named(STEP);
    ErrorHandling errors = config.getErrorHandling();
    return ReadTopics.parsed(
        read, errors == null ? parse : parse.withErrorOutput(errors.getOutput()));
  }

  private static List<String> topics(Config config) {
    List<String> topics = new ArrayList<>();
    if (config.getTopic() != null) {
      topics.add(config.getTopic());
    }
    if (config.getTopics() != null) {
      topics.addAll(config.getTopics());
    }
    return topics;
  }

  private static Start start(Config config, Problems problems) {
    if (config.getAutoOffsetResetConfig() == null) {
      return Start.parse("start", text(config.getStart(), "earliest"), problems);
    }
    if (config.getStart() != null) {
      problems.add("auto_offset_reset_config", "says the same as start; give one of them");
    }
    KafkaRead.oneOf(
        "auto_offset_reset_config",
        config.getAutoOffsetResetConfig(),
        List.of("earliest", "latest"),
        problems);
    return config.getAutoOffsetResetConfig().equals("latest") ? Start.LATEST : Start.EARLIEST;
  }

  /** Null for RAW. */
  private static @Nullable PayloadFormat format(Config config, Problems problems) {
    String format = text(config.getFormat(), "RAW").toUpperCase(Locale.ROOT);
    KafkaRead.oneOf("format", format, List.of("RAW", "JSON", "AVRO"), problems);
    if (!format.equals("AVRO")
        && (config.getEncoding() != null || config.getWriterSchemas() != null)) {
      problems.add("encoding", "and writer_schemas are for format AVRO");
    }
    switch (format) {
      case "JSON":
        checkCaptured(config, problems);
        return json(config.getSchema(), problems);
      case "AVRO":
        checkCaptured(config, problems);
        return AvroKeys.payload(
            config.getSchema(), config.getEncoding(), config.getWriterSchemas(), problems);
      default:
        if (config.getSchema() != null) {
          problems.add("schema", "is for format JSON and AVRO; RAW has its own");
        }
        if (config.getErrorHandling() != null) {
          problems.add("error_handling", "is for format JSON and AVRO; no RAW record is bad");
        }
        return null;
    }
  }

  private static void checkCaptured(Config config, Problems problems) {
    if (Boolean.TRUE.equals(config.getCompacted()) && config.getErrorHandling() != null) {
      problems.add(
          "error_handling",
          "does not go with compacted, since what is read is captured before it is looked at; read"
              + " RAW, and parse it behind");
    }
  }

  private static @Nullable PayloadFormat json(@Nullable String schema, Problems problems) {
    if (schema == null) {
      problems.add("schema", "is required for format JSON: [{name: id, type: INT64}, …]");
      return null;
    }
    try {
      return new JsonPayload(SchemaJson.fromJson(schema), JsonPayload.Unknown.REFUSE);
    } catch (IllegalArgumentException e) {
      problems.add("schema", e.getMessage());
      return null;
    }
  }

  private static String text(@Nullable String value, String fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }

  private static long number(@Nullable Long value, long fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }
}
