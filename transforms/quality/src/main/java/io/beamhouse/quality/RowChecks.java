package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * All rules of a step but the joins of foreign keys, whose answers come as a column.
 *
 * @param errorOutput tag of the quarantined rows; null when there is none
 * @param warnings whether rows carry the rules that they broke and went on
 * @param counts whether there is an output of counts by rule
 * @param tallied the name under which counts by rule go into the tally; null when they do not
 * @param marked whether the last column of the input is that of {@link MarkMissingKeys}
 */
record RowChecks(
    List<RowRule> rules,
    String errorOutput,
    boolean warnings,
    boolean counts,
    boolean marked,
    String tallied)
    implements RowStep {
  static final String RULE_COUNTS = "rule_counts";
  static final String WARNINGS = "_warnings";
  static final String STEP = "CheckRows";
  static final Schema COUNTS =
      Schema.builder()
          .addStringField("rule")
          .addStringField("fingerprint")
          .addStringField("action")
          .addInt64Field("failed")
          .build();

  RowChecks {
    rules = List.copyOf(rules);
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    Problems problems = new Problems();
    Schema plain = plain(input);
    BoundRules.of(this, input, problems);
    if (rules.isEmpty()) {
      problems.add("rules", "there is no rule");
    }
    if (errorOutput == null) {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).action() == Action.QUARANTINE) {
          rules
              .get(i)
              .origin(i)
              .add(
                  problems,
                  "action",
                  "is quarantine, and the step has no error_handling: {output: NAME}; or choose"
                      + " warn, drop or fail");
        }
      }
    }
    if (warnings && plain.hasField(WARNINGS)) {
      problems.add("warnings", "the input has a column " + WARNINGS + "; drop it before");
    }
    problems.throwIfAny();
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, warnings ? withWarnings(plain) : plain);
    if (errorOutput != null) {
      outputs.put(errorOutput, Quarantined.schema(FieldType.row(plain)));
    }
    if (counts) {
      outputs.put(RULE_COUNTS, COUNTS);
    }
    if (tallied != null) {
      outputs.put(Tally.TAG, Tally.SCHEMA);
    }
    return outputs;
  }

  @Override
  public Processor start(Schema input) {
    Problems problems = new Problems();
    BoundRules bound = BoundRules.of(this, input, problems);
    problems.throwIfAny();
    return new RowChecking(this, bound, plain(input));
  }

  RowChecks talliedAs(String name) {
    return new RowChecks(rules, errorOutput, warnings, counts, marked, name);
  }

  /** The input as the step's user knows it. */
  Schema plain(Schema input) {
    return marked ? MarkMissingKeys.without(input) : input;
  }

  static Schema withWarnings(Schema plain) {
    return Schema.builder()
        .addFields(plain.getFields())
        .addNullableField(WARNINGS, FieldType.array(FieldType.row(Quarantined.FAILURE)))
        .build();
  }

  /** The names of the rules, in their order. */
  List<String> names() {
    return rules.stream().map(RowRule::name).toList();
  }
}
