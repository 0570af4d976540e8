package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Row steps that run as one, each fed by an output of another or by the rows themselves.
 *
 * <p>Rows go from step to step as objects; nothing is encoded in between. Every row is counted
 * where it goes in and where it comes out; the counts leave by {@link Tally#TAG}, as do tallies of
 * the steps themselves.
 */
@Evolving
public final class RowSteps implements RowStep {
  /** Stands for the rows that all begins with. */
  public static final String ROOT = "";

  private record Node(String name, RowStep step, String from, String output)
      implements Serializable {}

  private record External(String tag, String from, String output) implements Serializable {}

  private final ArrayList<Node> nodes;
  private final ArrayList<External> externals;

  private RowSteps(List<Node> nodes, List<External> externals) {
    this.nodes = new ArrayList<>(nodes);
    this.externals = new ArrayList<>(externals);
  }

  /** No step and no output yet. */
  public static RowSteps create() {
    return new RowSteps(List.of(), List.of());
  }

  /**
   * Adds a step.
   *
   * @param name counts it
   * @param from the step that feeds it, added before, or {@link #ROOT}
   * @param output which of that step's outputs
   */
  public RowSteps withStep(String name, RowStep step, String from, String output) {
    RowSteps more = new RowSteps(nodes, externals);
    more.nodes.add(new Node(name, step, from, output));
    return more;
  }

  /** Emits what {@code output} of the step {@code from} emits, as {@code tag}. */
  public RowSteps withOutput(String tag, String from, String output) {
    RowSteps more = new RowSteps(nodes, externals);
    more.externals.add(new External(tag, from, output));
    return more;
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    Map<String, LinkedHashMap<String, Schema>> all = schemas(input);
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    for (External external : externals) {
      outputs.put(external.tag, schema(all, external.from, external.output));
    }
    outputs.put(Tally.TAG, Tally.SCHEMA);
    return outputs;
  }

  private Map<String, LinkedHashMap<String, Schema>> schemas(Schema input) {
    Map<String, LinkedHashMap<String, Schema>> all = new HashMap<>();
    all.put(ROOT, new LinkedHashMap<>(Map.of(OUTPUT, input)));
    for (Node node : nodes) {
      all.put(node.name, node.step.outputs(schema(all, node.from, node.output)));
    }
    return all;
  }

  private static Schema schema(
      Map<String, LinkedHashMap<String, Schema>> all, String step, String output) {
    Schema schema = all.get(step) == null ? null : all.get(step).get(output);
    if (schema == null) {
      throw new IllegalArgumentException("no output '" + output + "' of step '" + step + "'");
    }
    return schema;
  }

  @Override
  public Processor start(Schema input) {
    Map<String, LinkedHashMap<String, Schema>> all = schemas(input);
    Map<String, Running> running = new HashMap<>();
    Running root = new Running(ROOT, all.get(ROOT), externals.size());
    running.put(ROOT, root);
    List<Running> order = new ArrayList<>();
    for (Node node : nodes) {
      Running one = new Running(node.name, all.get(node.name), externals.size());
      one.processor = node.step.start(schema(all, node.from, node.output));
      running.get(node.from).feeds(node.output, one);
      running.put(node.name, one);
      order.add(one);
    }
    for (int i = 0; i < externals.size(); i++) {
      running.get(externals.get(i).from).leaves(externals.get(i).output, i);
    }
    return new Fused(root, order, externals.size());
  }

  /** Works on rows with all steps; used by one thread. */
  private static final class Fused implements Processor {
    private final Running root;
    private final List<Running> steps;
    private final int tally;

    Fused(Running root, List<Running> steps, int tally) {
      this.root = root;
      this.steps = steps;
      this.tally = tally;
    }

    @Override
    public void process(Row row, Emitter out) {
      root.external = out;
      for (Running step : steps) {
        step.external = out;
      }
      root.emit(0, row);
    }

    @Override
    public void finish(Emitter out) {
      for (Running step : steps) {
        step.external = out;
      }
      // What a step emits at its end may feed the steps after it, so they end later.
      for (Running step : steps) {
        step.processor.finish(step);
      }
      for (Running step : steps) {
        step.tally(tally, out);
      }
    }
  }

  /** A step at work: takes what it emits, counts it and hands it on. */
  private static final class Running implements Emitter {
    private static final int[] NOWHERE = {};

    private final String name;
    private final List<String> tags;
    private final Running[][] next;
    private final int[][] leaves;
    private final long[] emitted;
    private final int tallyOutput;
    private final int ownTally;
    private Processor processor;
    private Emitter external;
    private long in;
    private long none;
    private long total;
    private long tallied;

    Running(String name, LinkedHashMap<String, Schema> outputs, int tallyOutput) {
      this.name = name;
      this.tags = List.copyOf(outputs.keySet());
      this.tallyOutput = tallyOutput;
      this.ownTally = tags.indexOf(Tally.TAG);
      next = new Running[tags.size()][0];
      leaves = new int[tags.size()][];
      Arrays.fill(leaves, NOWHERE);
      emitted = new long[tags.size()];
    }

    void feeds(String output, Running step) {
      int index = tags.indexOf(output);
      Running[] more = Arrays.copyOf(next[index], next[index].length + 1);
      more[more.length - 1] = step;
      next[index] = more;
    }

    void leaves(String output, int number) {
      int index = tags.indexOf(output);
      int[] more = Arrays.copyOf(leaves[index], leaves[index].length + 1);
      more[more.length - 1] = number;
      leaves[index] = more;
    }

    private void take(Row row) {
      in++;
      long before = total;
      long told = tallied;
      processor.process(row, this);
      if (total != before) {
        return;
      }
      if (tallied == told) {
        none++;
      } else {
        in--; // What only tallies answer is no row, but tells of others.
      }
    }

    @Override
    public void emit(int output, Row row) {
      if (output == ownTally) {
        tallied++;
        external.emit(tallyOutput, row);
        return;
      }
      total++;
      emitted[output]++;
      for (Running step : next[output]) {
        step.take(row);
      }
      for (int number : leaves[output]) {
        external.emit(number, row);
      }
    }

    void tally(int number, Emitter out) {
      out.emit(number, Tally.row(name, Tally.IN, in));
      for (int i = 0; i < emitted.length; i++) {
        if (i != ownTally) {
          out.emit(number, Tally.row(name, Tally.OUT + tags.get(i), emitted[i]));
        }
        emitted[i] = 0;
      }
      out.emit(number, Tally.row(name, Tally.NONE, none));
      in = 0;
      none = 0;
    }
  }
}
