package io.beamhouse.quality;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Offers {@link CheckDataset}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class CheckDatasetProvider extends TransformProvider<CheckDatasetProvider.Config> {
  private static final String HISTORY = "history";
  private static final List<String> ON_FAIL = List.of("fail", "report");

  public CheckDatasetProvider() {
    super("CheckDataset", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The rules: a list of mappings, each with one of row_count, null_share, unique, distinct,"
            + " freshness, sum, mean, exists_in, change, and if wished with a name; kept as JSON.")
    @Nullable
    public abstract String getRules();

    @SchemaFieldDescription(
        "Instead of rules: a YAML file with the same list under its key `dataset_rules`; read when"
            + " the pipeline is built.")
    @Nullable
    public abstract String getRulesFile();

    @SchemaFieldDescription(
        "What a rule outside its fail bounds does: fail the run (default), or report it only.")
    @Nullable
    public abstract String getOnFail();

    @SchemaFieldDescription(
        "The time of the check, such as 2024-01-31T10:00:00Z; freshness is measured by it. Default"
            + " is when the pipeline is built.")
    @Nullable
    public abstract String getAsOf();

    static Builder builder() {
      return new AutoValue_CheckDatasetProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setRules(String rules);

      abstract Builder setRulesFile(String rulesFile);

      abstract Builder setOnFail(String onFail);

      abstract Builder setAsOf(String asOf);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Judges rows as a whole: counts, null shares, keys, freshness, sums, change between runs.

        The output has a row for each rule: rule, fingerprint, kind, column, metric, value, \
        threshold, outcome (pass, warn or fail), message and as_of. Duplicate and missing keys are \
        counted exactly, `distinct` within about 1 %. The input `history` is the output of earlier \
        runs, for `change`; inputs of other names are the tables of `exists_in`. More in \
        docs/quality.md.""";
  }

  @Override
  public String example() {
    return """
        type: CheckDataset
        config:
          rules:
            - {name: not empty, row_count: {fail: {min: 1}}}
            - {unique: {of: [id]}}
            - {null_share: {of: email, warn: {max: 0.01}, fail: {max: 0.1}}}
            - {freshness: {of: updated_at, fail: {max: 36h}}}
            - {change: {of: row_count, over_last: 7, fail: {max: 0.5}}}
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input", HISTORY);
  }

  /** The tables of foreign keys. */
  @Override
  public boolean takesOtherInputs() {
    return true;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    List<DatasetRule> rules =
        DatasetRules.read(
            RulesText.config(config.getRules(), config.getRulesFile(), "dataset_rules", problems),
            problems);
    String onFail = config.getOnFail() == null ? ON_FAIL.get(0) : config.getOnFail();
    if (!ON_FAIL.contains(onFail)) {
      problems.add("on_fail", "'" + onFail + "' is none; allowed: " + String.join(", ", ON_FAIL));
    }
    Instant now = asOf(config.getAsOf(), problems);
    problems.throwIfAny();
    CheckDataset check = CheckDataset.of(rules, now);
    CheckDataset complete = onFail.equals(ON_FAIL.get(0)) ? check.failing() : check;
    return GatedCheck.fits(complete) ? new GatedCheck(complete) : new CheckStep(complete);
  }

  private static Instant asOf(String text, Problems problems) {
    if (text == null) {
      return Instant.now();
    }
    try {
      return (Instant) ColumnKind.INSTANT.parse(text);
    } catch (java.time.DateTimeException e) {
      problems.add("as_of", "'" + text + "' is not " + ColumnKind.INSTANT.words());
      return Instant.EPOCH;
    }
  }

  private static final class CheckStep extends SchemaTransform {
    private final CheckDataset check;

    CheckStep(CheckDataset check) {
      this.check = check;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple inputs) {
      Map<String, PCollection<Row>> all = inputs.getAll();
      CheckDataset complete = check;
      for (Map.Entry<String, PCollection<Row>> other : all.entrySet()) {
        if (other.getKey().equals(HISTORY)) {
          complete = complete.withHistory(other.getValue());
        } else if (!other.getKey().equals("input")) {
          complete = complete.withTable(other.getKey(), other.getValue());
        }
      }
      PCollection<Row> rows = all.size() == 1 ? inputs.getSinglePCollection() : inputs.get("input");
      return PCollectionRowTuple.of("output", rows.apply("Check", complete));
    }
  }
}
