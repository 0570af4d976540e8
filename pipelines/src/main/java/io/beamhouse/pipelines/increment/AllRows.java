package io.beamhouse.pipelines.increment;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/** The rows of several roots, or of none, as one collection. */
final class AllRows extends PTransform<PBegin, PCollection<Row>> {
  private final transient List<PTransform<PBegin, PCollection<Row>>> roots;
  private final transient Schema schema;

  AllRows(List<PTransform<PBegin, PCollection<Row>>> roots, Schema schema) {
    this.roots = List.copyOf(roots);
    this.schema = schema;
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    if (roots.isEmpty()) {
      return begin.apply("Nothing new", Create.empty(schema));
    }
    if (roots.size() == 1) {
      return begin.apply("Read", roots.get(0));
    }
    List<PCollection<Row>> parts = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      parts.add(begin.apply("Read " + i, roots.get(i)));
    }
    return PCollectionList.of(parts).apply(Flatten.pCollections()).setRowSchema(schema);
  }
}
