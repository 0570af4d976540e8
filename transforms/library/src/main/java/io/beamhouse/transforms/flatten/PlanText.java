package io.beamhouse.transforms.flatten;

import io.beamhouse.transforms.flatten.FlattenPlan.Column;
import io.beamhouse.transforms.flatten.FlattenPlan.Decision;
import io.beamhouse.transforms.flatten.FlattenPlan.Loss;
import io.beamhouse.transforms.flatten.FlattenPlan.Table;
import java.util.ArrayList;
import java.util.List;

/** A plan for people: tables with aligned columns, then choices and losses. */
final class PlanText {
  private final StringBuilder text = new StringBuilder();

  private PlanText() {}

  static String of(FlattenPlan plan) {
    PlanText text = new PlanText();
    plan.tables().forEach(text::table);
    List<List<String>> choices = new ArrayList<>();
    for (Decision decision : plan.decisions()) {
      choices.add(List.of(decision.path(), decision.choice()));
    }
    text.section("choices", choices);
    List<List<String>> losses = new ArrayList<>();
    for (Loss loss : plan.losses()) {
      losses.add(List.of(loss.path(), loss.what()));
    }
    text.section(
        plan.lossless() ? "lossless: UnflattenRows restores the rows" : "not lossless", losses);
    return text.text.toString();
  }

  private void table(Table table) {
    StringBuilder title = new StringBuilder("table " + table.name());
    if (!table.parent().isEmpty()) {
      title.append(": ").append(table.path()).append(", child of ").append(table.parent());
    }
    if (!table.keys().isEmpty()) {
      title.append(", key ").append(String.join(", ", table.keys()));
    }
    List<List<String>> lines = new ArrayList<>();
    for (Column column : table.columns()) {
      lines.add(
          List.of(
              column.name(),
              column.type() + (column.nullable() ? "?" : ""),
              column.kind().word(),
              column.path()));
    }
    section(title.toString(), lines);
  }

  private void section(String title, List<List<String>> lines) {
    text.append(title).append('\n');
    int columns = lines.isEmpty() ? 0 : lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder aligned = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        aligned.append("  ").append(line.get(i));
        aligned.append(" ".repeat(widths[i] - line.get(i).length()));
      }
      text.append(aligned.toString().stripTrailing()).append('\n');
    }
  }
}
