package io.beamhouse.quality;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link CheckRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class CheckRowsProvider extends TransformProvider<CheckRowsProvider.Config> {
  public CheckRowsProvider() {
    super("CheckRows", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The rules: a list of mappings, each with one of not_null, range, in, matches, length,"
            + " castable, before, compare, sql, exists_in, and if wished with name and action"
            + " (warn, drop, quarantine, fail; default quarantine); kept as JSON.")
    @Nullable
    public abstract String getRules();

    @SchemaFieldDescription(
        "Instead of rules: a YAML file with the same list under its key `rules`; read when the"
            + " pipeline is built.")
    @Nullable
    public abstract String getRulesFile();

    @SchemaFieldDescription(
        "Whether rows get the nullable column _warnings with the rules of action warn that they"
            + " broke; default false.")
    @Nullable
    public abstract Boolean getWarnings();

    @SchemaFieldDescription(
        "Whether there is an output rule_counts: rule, fingerprint, action and the number of rows"
            + " that failed, for each rule that one failed; default false.")
    @Nullable
    public abstract Boolean getRuleCounts();

    @SchemaFieldDescription(
        "How many distinct keys all exists_in together may miss before the run fails; 17 bytes of"
            + " memory each. Default 1000000.")
    @Nullable
    public abstract Integer getMaxMissingKeys();

    @SchemaFieldDescription(
        "Sets rows aside that break a rule of action quarantine, in the output that it names.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_CheckRowsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setRules(String rules);

      abstract Builder setRulesFile(String rulesFile);

      abstract Builder setWarnings(Boolean warnings);

      abstract Builder setRuleCounts(Boolean ruleCounts);

      abstract Builder setMaxMissingKeys(Integer maxMissingKeys);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Checks every row against all rules; each rule warns, drops, quarantines or fails.

        A quarantined row keeps every rule that it broke, in `failures`. Null passes every rule \
        but `not_null`. A rule is known by its fingerprint, a hash of what it asks. `exists_in` \
        looks a key up in another input of the step, by the name that it has there. More in \
        docs/quality.md.""";
  }

  @Override
  public String example() {
    return """
        type: CheckRows
        config:
          rules:
            - {name: id present, not_null: [id]}
            - {column: year, range: {min: 1870, max: 2035}, action: warn}
            - {column: kind, in: [movie, short], action: drop}
            - {before: [start_year, end_year]}
          error_handling: {output: bad}
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  /** The tables of foreign keys. */
  @Override
  public boolean takesOtherInputs() {
    return true;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output", RowChecks.RULE_COUNTS);
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    List<RowRule> rules =
        RowRules.read(
            RulesText.config(config.getRules(), config.getRulesFile(), "rules", problems));
    int missing =
        config.getMaxMissingKeys() == null
            ? CheckRows.DEFAULT_MAX_MISSING_KEYS
            : config.getMaxMissingKeys();
    if (missing < 0 || missing > Integer.MAX_VALUE / 32) {
      problems.add("max_missing_keys", "is 0 to " + Integer.MAX_VALUE / 32);
    }
    ErrorHandling errors = config.getErrorHandling();
    problems.throwIfAny();
    CheckRows check =
        CheckRows.of(rules)
            .withMaxMissingKeys(missing)
            .withErrorOutput(errors == null ? null : errors.getOutput());
    check = Boolean.TRUE.equals(config.getWarnings()) ? check.withWarnings() : check;
    CheckRows complete =
        Boolean.TRUE.equals(config.getRuleCounts()) ? check.withRuleCounts() : check;
    Optional<RowChecks> alone = complete.rowChecks();
    return alone.isPresent() ? new RowCheckStep(alone.get()) : new CheckRowsStep(complete);
  }
}
