package io.beamhouse.quality;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Checks rows one after the other.
 *
 * <p>Whatever does not depend on the row is made once: a row without failures costs its checks
 * only, and what failures say is made of constants, so it holds no value of the row.
 */
final class RowChecking implements RowStep.Processor {
  private final RowChecks step;
  private final Check[] checks;
  private final int[] rules;
  private final Action[] actions;
  private final Row[] failures;
  private final int[] failed;
  private final long[] counts;
  private final Schema plain;
  private final Schema warned;
  private final Schema quarantined;
  private final int source;
  private final int countsOutput;
  private final int tallyOutput;

  RowChecking(RowChecks step, BoundRules bound, Schema plain) {
    this.step = step;
    this.checks = bound.checks();
    this.rules = bound.rules();
    this.plain = plain;
    this.warned = step.warnings() ? RowChecks.withWarnings(plain) : null;
    this.quarantined = Quarantined.schema(FieldType.row(plain));
    this.failed = new int[checks.length];
    this.counts = new long[step.rules().size()];
    this.actions = new Action[checks.length];
    this.failures = new Row[checks.length];
    for (int i = 0; i < checks.length; i++) {
      RowRule rule = step.rules().get(rules[i]);
      actions[i] = rule.action();
      failures[i] =
          Row.withSchema(Quarantined.FAILURE)
              .addValues(rule.name(), rule.fingerprint(), checks[i].message(), checks[i].column())
              .build();
    }
    this.source = Quarantined.position(plain);
    this.countsOutput = step.errorOutput() == null ? 1 : 2;
    this.tallyOutput = countsOutput + (step.counts() ? 1 : 0);
  }

  @Override
  public void process(Row row, RowStep.Emitter out) {
    int count = 0;
    Action worst = Action.WARN;
    for (int i = 0; i < checks.length; i++) {
      if (checks[i].fails(row)) {
        failed[count++] = i;
        worst = actions[i].compareTo(worst) > 0 ? actions[i] : worst;
      }
    }
    if (count == 0) {
      out.emit(0, step.warnings() ? warned(row, null) : plain(row));
      return;
    }
    countRules(count);
    switch (worst) {
      case WARN -> out.emit(0, step.warnings() ? warned(row, failures(count)) : plain(row));
      case DROP -> {
        // Counted, and nothing else becomes of it.
      }
      case QUARANTINE -> out.emit(1, quarantined(row, count));
      case FAIL -> throw refused(row, count);
    }
  }

  private void countRules(int count) {
    int last = -1;
    for (int i = 0; i < count; i++) {
      int rule = rules[failed[i]];
      if (rule != last) {
        counts[rule]++;
        last = rule;
      }
    }
  }

  @Override
  public void finish(RowStep.Emitter out) {
    for (int i = 0; i < counts.length; i++) {
      if (step.counts() && counts[i] > 0) {
        RowRule rule = step.rules().get(i);
        out.emit(
            countsOutput,
            Row.withSchema(RowChecks.COUNTS)
                .addValues(rule.name(), rule.fingerprint(), rule.action().text(), counts[i])
                .build());
      }
      if (step.tallied() != null && counts[i] > 0) {
        String counter = Tally.RULE + step.rules().get(i).name();
        out.emit(tallyOutput, Tally.row(step.tallied(), counter, counts[i]));
      }
      counts[i] = 0;
    }
  }

  private Row plain(Row row) {
    return step.marked() ? Row.withSchema(plain).attachValues(plainValues(row)) : row;
  }

  private List<Object> plainValues(Row row) {
    List<Object> values = row.getValues();
    return step.marked() ? values.subList(0, plain.getFieldCount()) : values;
  }

  private Row warned(Row row, List<Row> warnings) {
    List<Object> values = new ArrayList<>(warned.getFieldCount());
    values.addAll(plainValues(row));
    values.add(warnings);
    return Row.withSchema(warned).attachValues(values);
  }

  private List<Row> failures(int count) {
    Row[] all = new Row[count];
    for (int i = 0; i < count; i++) {
      all[i] = failures[failed[i]];
    }
    return Arrays.asList(all);
  }

  private Row quarantined(Row row, int count) {
    StringBuilder message = new StringBuilder();
    RowRule first = null;
    for (int i = 0; i < count; i++) {
      message.append(i == 0 ? "" : "; ").append(checks[failed[i]].message());
      if (first == null && actions[failed[i]] == Action.QUARANTINE) {
        first = step.rules().get(rules[failed[i]]);
      }
    }
    return Quarantined.row(
        quarantined,
        plain(row),
        message.toString(),
        first == null ? "" : first.name(),
        RowChecks.STEP,
        source < 0 ? null : row.getString(source),
        failures(count));
  }

  private DataRefusedException refused(Row row, int count) {
    StringBuilder why = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (actions[failed[i]] == Action.FAIL) {
        RowRule rule = step.rules().get(rules[failed[i]]);
        why.append(why.isEmpty() ? "" : "; ")
            .append("rule '")
            .append(rule.name())
            .append("': ")
            .append(checks[failed[i]].message());
      }
    }
    return new DataRefusedException(
        "CheckRows refuses the row at "
            + (source < 0 ? "an unknown position (no column _source)" : row.getString(source))
            + ": "
            + why
            + ". Repair the data, or give the rule the action warn, drop or quarantine.");
  }
}
