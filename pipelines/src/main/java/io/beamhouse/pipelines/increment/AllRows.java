package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.MixedOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** The outputs of several roots, or of none, each as one collection. */
@Internal
public final class AllRows extends PTransform<PBegin, PCollectionRowTuple> {
  private final transient List<PTransform<PBegin, PCollectionRowTuple>> roots;
  private final transient Map<String, Schema> schemas;

  AllRows(List<PTransform<PBegin, PCollectionRowTuple>> roots, Map<String, Schema> schemas) {
    this.roots = List.copyOf(roots);
    this.schemas = new TreeMap<>(schemas);
  }

  /** Those of parts that sort their rows behind the reading, see {@link MixedOutputs}, do, too. */
  static PTransform<PBegin, PCollectionRowTuple> of(
      List<PTransform<PBegin, PCollectionRowTuple>> roots, Map<String, Schema> schemas) {
    List<MixedOutputs> mixed =
        roots.stream()
            .filter(MixedOutputs.class::isInstance)
            .map(MixedOutputs.class::cast)
            .toList();
    return mixed.isEmpty() || mixed.size() < roots.size()
        ? new AllRows(roots, schemas)
        : new MixedOutputs(new Parts(mixed), mixed.get(0).sorting());
  }

  private static final class Parts extends PTransform<PBegin, PCollection<Row>> {
    private final transient List<MixedOutputs> parts;

    Parts(List<MixedOutputs> parts) {
      this.parts = parts;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      List<PCollection<Row>> rows = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        rows.add(begin.apply("Read " + i, parts.get(i).mixed()));
      }
      return rows.size() == 1
          ? rows.get(0)
          : PCollectionList.of(rows)
              .apply("All", Flatten.pCollections())
              .setRowSchema(rows.get(0).getSchema());
    }
  }

  /** The outputs of {@code source} when it has nothing to read, with the right schemas. */
  public static AllRows none(IncrementalSource source, Increment increment) {
    return new AllRows(List.of(), schemas(source, increment));
  }

  static Map<String, Schema> schemas(IncrementalSource source, Increment increment) {
    Map<String, Schema> schemas = new TreeMap<>(source.errorOutputs());
    schemas.put("output", increment.schema());
    return schemas;
  }

  @Override
  public PCollectionRowTuple expand(PBegin begin) {
    if (roots.size() == 1) {
      return begin.apply("Read", roots.get(0));
    }
    List<PCollectionRowTuple> parts = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      parts.add(begin.apply("Read " + i, roots.get(i)));
    }
    PCollectionRowTuple all = PCollectionRowTuple.empty(begin.getPipeline());
    for (Map.Entry<String, Schema> output : schemas.entrySet()) {
      String name = output.getKey();
      PCollection<Row> rows =
          parts.isEmpty()
              ? begin.apply("No " + name, Create.empty(output.getValue()))
              : PCollectionList.of(parts.stream().map(part -> part.get(name)).toList())
                  .apply("All " + name, Flatten.pCollections())
                  .setRowSchema(output.getValue());
      all = all.and(name, rows);
    }
    return all;
  }
}
